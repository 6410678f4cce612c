// Edits that are not saved yet: kept in this browser, so that a reload loses none.

const PREFIX = "studio.draft.";

/** The unsaved edit of a file, or null: ``text``, and the ``version`` it began from. */
export function draftOf(path) {
  const kept = localStorage.getItem(PREFIX + path);
  return kept && JSON.parse(kept);
}

export function keepDraft(path, text, version) {
  localStorage.setItem(PREFIX + path, JSON.stringify({ text, version }));
}

export function dropDraft(path) {
  localStorage.removeItem(PREFIX + path);
}

/** Every unsaved edit: ``{path: text}``, what the server lays over the saved files. */
export function drafts() {
  const found = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  return Object.fromEntries(found.map((path) => [path, draftOf(path).text]));
}

export const hasUnsaved = () => Object.keys(drafts()).length > 0;
