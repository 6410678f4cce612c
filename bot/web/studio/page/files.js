// The content's files: what is saved, and over it what is edited here.

import { get, post } from "./api.js";
import { draftOf, drafts, dropDraft, keepDraft } from "./drafts.js";

const AT_ONCE = 6;

export class Files {
  constructor(list) {
    this.list = list;
    this.saved = new Map();
  }

  static async load() {
    const files = new Files(await get("files"));
    await files.readAll();
    return files;
  }

  /** Reads every conversation: search and completion look into all of them. */
  async readAll() {
    const paths = this.list.map((file) => file.path).filter(isFlow);
    const worker = async () => {
      for (let path = paths.shift(); path; path = paths.shift()) await this.read(path);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }

  async read(path) {
    if (!this.saved.has(path)) this.saved.set(path, await get("file", { path }));
    return this.saved.get(path);
  }

  /** Forgets what is known of a file, so that it is read again. */
  async refresh(path) {
    this.saved.delete(path);
    return this.read(path);
  }

  text(path) {
    return draftOf(path)?.text ?? this.saved.get(path)?.text ?? "";
  }

  texts() {
    return Object.fromEntries([...this.saved.keys()].map((path) => [path, this.text(path)]));
  }

  isEdited(path) {
    return draftOf(path) !== null;
  }

  /** Whether the file was saved by somebody else since this edit began. */
  isBehind(path) {
    const draft = draftOf(path);
    return draft !== null && draft.version !== this.saved.get(path).version;
  }

  edit(path, text) {
    const saved = this.saved.get(path);
    if (text === saved.text) dropDraft(path);
    else keepDraft(path, text, draftOf(path)?.version ?? saved.version);
  }

  /** Lets an edit stand over what somebody else saved meanwhile. */
  rebase(path) {
    keepDraft(path, this.text(path), this.saved.get(path).version);
  }

  async save(path) {
    const { text, version } = draftOf(path);
    const answer = await post("save", { path, text, version });
    this.saved.set(path, { path, text, version: answer.version });
    if (draftOf(path)?.text === text) dropDraft(path);
    else keepDraft(path, draftOf(path).text, answer.version);
  }

  /** Every unsaved edit, as the server wants it; not of files that are gone. */
  edits() {
    const known = new Set(this.list.map((file) => file.path));
    return Object.fromEntries(Object.entries(drafts()).filter(([path]) => known.has(path)));
  }
}

/** Whether the checker only warns. */
export const isWarning = (finding) => finding.code.startsWith("W");

/** Whether a file is a conversation with a graph, and not a list that all share. */
export const isFlow = (path) => /^flows\/(?!common|triggers)[a-z0-9_]+\.yaml$/.test(path);

/** What to call any file: the language of a catalogue, else the name of the file. */
export const shortName = (path) => /^locales\/([^/]+)/.exec(path)?.[1] ?? flowName(path);

export const flowName = (path) => path.replace(/^.*\//, "").replace(/\.yaml$/, "");
