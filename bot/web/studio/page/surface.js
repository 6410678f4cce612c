// An SVG that can be moved and zoomed: by mouse, finger, two fingers, wheel, keys and buttons.

import { draw } from "./elements.js";

const SMALLEST = 0.1;
const LARGEST = 3;
const READABLE = 0.62;

export class Surface {
  constructor(label) {
    this.layer = draw("g");
    this.svg = draw("svg", { class: "surface", tabindex: 0, role: "group", "aria-label": label }, this.layer);
    this.view = { x: 0, y: 0, zoom: 1 };
    this.fingers = new Map();
    this.moved = false;
    this.listen();
  }

  set(x, y, zoom) {
    this.view = { x, y, zoom: Math.min(LARGEST, Math.max(SMALLEST, zoom)) };
    this.layer.setAttribute("transform", `translate(${x} ${y}) scale(${this.view.zoom})`);
  }

  /** Zooms by a factor round a point of the SVG, its middle if none is given. */
  zoom(factor, point) {
    const { x, y, zoom } = this.view;
    const box = this.svg.getBoundingClientRect();
    const middle = point ?? { x: box.width / 2, y: box.height / 2 };
    const next = Math.min(LARGEST, Math.max(SMALLEST, zoom * factor));
    const by = next / zoom;
    this.set(middle.x - (middle.x - x) * by, middle.y - (middle.y - y) * by, next);
  }

  /** Shows a whole drawing; with ``entry``, that point of it when all would be too small to read. */
  fit(width, height, entry) {
    const box = this.svg.getBoundingClientRect();
    if (!box.width || !width) return;
    const whole = Math.min((box.width - 24) / width, (box.height - 24) / height, 1);
    if (entry && whole < READABLE) return this.set(box.width / 2 - entry.x * READABLE, 16 - entry.y * READABLE, READABLE);
    this.set((box.width - width * whole) / 2, 12, whole);
  }

  /** Brings a point to the middle, a share of the height below the top. */
  centre(x, y, share = 0.5) {
    const box = this.svg.getBoundingClientRect();
    const { zoom } = this.view;
    this.set(box.width / 2 - x * zoom, box.height * share - y * zoom, zoom);
  }

  listen() {
    const { svg, fingers } = this;
    const inside = (event) => {
      const box = svg.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    svg.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(Math.exp(-event.deltaY / 400), inside(event));
    }, { passive: false });
    svg.addEventListener("pointerdown", (event) => {
      if (!fingers.size) this.moved = false;
      fingers.set(event.pointerId, inside(event));
    });
    addEventListener("pointermove", (event) => {
      const before = fingers.get(event.pointerId);
      if (before) this.follow(event.pointerId, before, inside(event));
    });
    for (const end of ["pointerup", "pointercancel"]) {
      addEventListener(end, (event) => fingers.delete(event.pointerId));
    }
    svg.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
      if (step) this.set(this.view.x + step[0], this.view.y + step[1], this.view.zoom);
      else if (event.key === "+") this.zoom(1.25);
      else if (event.key === "-") this.zoom(0.8);
      else return;
      event.preventDefault();
    });
  }

  follow(id, before, now) {
    const { fingers } = this;
    if (Math.hypot(now.x - before.x, now.y - before.y) > 3) this.moved = true;
    const [other] = [...fingers].filter(([key]) => key !== id).map(([, point]) => point);
    fingers.set(id, now);
    if (!other) return this.set(this.view.x + now.x - before.x, this.view.y + now.y - before.y, this.view.zoom);
    const apart = (a, b) => Math.hypot(a.x - b.x, a.y - b.y) || 1;
    this.zoom(apart(now, other) / apart(before, other), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
  }
}
