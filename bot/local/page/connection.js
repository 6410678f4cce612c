// The line to the server: what the person does goes by POST, what happens comes as events.

const RETRY = 1500; // milliseconds

export class Gone extends Error {}

async function request(path, body) {
  const options = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, options || undefined);
  if (response.status === 404) throw new Gone();
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

export const newPerson = (language) => request("/chat", { language_code: language }).then(({ key }) => key);

export class Connection {
  /** handlers: message, action, answer, profile, reset, ready, up(bool), gone */
  constructor(key, handlers) {
    this.path = `/chat/${encodeURIComponent(key)}`;
    this.handlers = handlers;
    this.last = "";
    this.open();
  }

  about() { return request(this.path); }

  act(what) { return request(this.path, what); }

  fileAddress(messageId) { return `${this.path}/files/${messageId}`; }

  open() {
    const after = this.last ? `?after=${encodeURIComponent(this.last)}` : "";
    this.source = new EventSource(`${this.path}/events${after}`);
    for (const kind of ["message", "action", "answer", "profile", "reset", "ready"]) {
      this.source.addEventListener(kind, (event) => {
        if (event.lastEventId) this.last = event.lastEventId;
        this.handlers[kind](JSON.parse(event.data));
      });
    }
    this.source.addEventListener("open", () => this.handlers.up(true));
    this.source.addEventListener("error", () => this.lost());
  }

  lost() {
    this.handlers.up(false);
    // The browser reconnects by itself after a broken line, but gives up on a refusal.
    if (this.source.readyState !== EventSource.CLOSED) return;
    this.timer = setTimeout(async () => {
      try {
        await this.about();
        this.open();
      } catch (problem) {
        if (problem instanceof Gone) this.handlers.gone();
        else this.lost();
      }
    }, RETRY);
  }

  close() {
    clearTimeout(this.timer);
    this.source.close();
  }
}
