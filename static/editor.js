/* The rich editor of guidance: ProseMirror, as django-prose-editor brings it, with our own tools. Without this the textarea
   takes HTML; what it may have is decided on the server (knowledge/rendering.py), and here only so that nothing surprises. */

const PICTURE = /^\/guidance\/pictures\/[0-9a-f-]{36}\/$/;
const form = document.querySelector("form[data-editor]");
const source = form?.querySelector("textarea[name=body]");
const tools = document.getElementById("editor-tools");
const words = document.getElementById("editor-words")?.dataset;
const said = document.getElementById("editor-said");
const languages = form?.dataset.parts.split(" ");
const most = Number(form?.dataset.most);

let editor;

function say(text) {
  said.hidden = false;
  said.textContent = text;
}

/* ---- What an article is made of ---- */

function extensions(lib) {
  const { Extension, Mark, Node } = lib;
  const within = (value, most) => (/^[1-9]\d{0,3}$/.test(value || "") && Number(value) <= most ? Number(value) : null);
  const without = (extension, ...keys) => extension.extend({
    addKeyboardShortcuts() {
      const kept = { ...this.parent?.() };
      for (const key of keys) delete kept[key];  // Tab leads on: nobody is caught in a list or a table
      return kept;
    },
  });

  const Heading = lib.Heading.extend({
    parseHTML: () => [1, 2, 3, 4, 5, 6].map((level) => ({ tag: `h${level}`, attrs: { level: Math.min(Math.max(level, 2), 4) } })),
  }).configure({ levels: [2, 3, 4] });

  const Link = Mark.create({
    name: "link",
    inclusive: false,
    addAttributes: () => ({ href: { default: null } }),
    parseHTML: () => [{ tag: "a[href]", getAttrs: (element) => (mayLeadTo(element.getAttribute("href")) ? null : false) }],
    renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
    addKeyboardShortcuts: () => ({ "Mod-k": () => { act("link"); return true; } }),
  });

  const lang = {
    default: null,
    parseHTML: (element) => (languages.includes(element.getAttribute("lang")) ? element.getAttribute("lang") : null),
    renderHTML: (attributes) => (attributes.lang ? { lang: attributes.lang } : {}),  // a numbered list would write "null"
  };
  const Part = Mark.create({
    name: "part",
    inclusive: false,
    addAttributes: () => ({ lang }),
    parseHTML: () => [{ tag: "span[lang]", getAttrs: (element) => (lang.parseHTML(element) ? null : false) }],
    renderHTML: ({ HTMLAttributes }) => ["span", HTMLAttributes, 0],
  });
  const Languages = Extension.create({
    name: "languages",
    addGlobalAttributes: () => [{
      types: ["paragraph", "heading", "blockquote", "bulletList", "orderedList", "listItem", "table", "tableCell", "tableHeader"],
      attributes: { lang },
    }],
  });

  const Picture = Node.create({
    name: "picture",
    group: "block",
    atom: true,
    draggable: true,
    addAttributes: () => Object.fromEntries(["src", "alt", "width", "height", "caption"].map((name) => [name, { default: null, rendered: false }])),
    parseHTML: () => ["figure", "img[src]"].map((tag) => ({
      tag,
      getAttrs(element) {
        const image = element.matches("img") ? element : element.querySelector("img");
        if (!PICTURE.test(image?.getAttribute("src") || "")) return false;
        return {
          src: image.getAttribute("src"),
          alt: image.getAttribute("alt"),
          width: within(image.getAttribute("width"), 9999),
          height: within(image.getAttribute("height"), 9999),
          caption: element.querySelector("figcaption")?.textContent.trim() || null,
        };
      },
    })),
    renderHTML({ node: { attrs: { caption, ...shown } } }) {
      const image = ["img", Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== null))];
      return caption ? ["figure", {}, image, ["figcaption", {}, caption]] : ["figure", {}, image];
    },
    addKeyboardShortcuts() {
      return { Enter: () => this.editor.isActive("picture") && (act("picture"), true) };
    },
  });

  const cell = {
    addAttributes: () => ({
      colspan: { default: 1, parseHTML: (element) => within(element.getAttribute("colspan"), 50) || 1, renderHTML: ({ colspan }) => (colspan > 1 ? { colspan } : {}) },
      rowspan: { default: 1, parseHTML: (element) => within(element.getAttribute("rowspan"), 50) || 1, renderHTML: ({ rowspan }) => (rowspan > 1 ? { rowspan } : {}) },
      colwidth: { default: null, rendered: false, parseHTML: () => null },
    }),
  };
  const Table = without(lib.Table, "Tab", "Shift-Tab").extend({
    addNodeView: null,  // its own one sets widths, and has no caption
    addAttributes: () => ({
      caption: { default: "", rendered: false, parseHTML: (element) => element.caption?.textContent.trim() || "" },
    }),
    parseHTML: () => [{ tag: "table" }, { tag: "caption", ignore: true }],
    renderHTML({ node, HTMLAttributes }) {
      const rows = ["tbody", {}, 0];
      return node.attrs.caption ? ["table", HTMLAttributes, ["caption", { contenteditable: "false" }, node.attrs.caption], rows] : ["table", HTMLAttributes, rows];
    },
  });

  const Keys = Extension.create({
    name: "ways",
    addKeyboardShortcuts() {
      return {
        Escape: () => { toTools(); return true; },
        "Alt-F10": () => { toTools(); return true; },
        "Mod-]": () => this.editor.commands.sinkListItem("listItem"),
        "Mod-[": () => this.editor.commands.liftListItem("listItem"),
      };
    },
  });

  return [
    lib.Document, lib.Paragraph, lib.Text, lib.HardBreak, lib.HorizontalRule, Heading, lib.Blockquote, lib.CodeBlock,
    lib.BulletList, lib.OrderedList, without(lib.ListItem, "Tab", "Shift-Tab"),
    lib.Bold, lib.Italic, lib.Code, lib.Subscript, lib.Superscript, Link, Part, Languages,
    Picture, Table, lib.TableRow, lib.TableHeader.extend(cell), lib.TableCell.extend(cell),
    lib.UndoRedo, lib.Gapcursor, lib.TrailingNode, Keys,
  ];
}

function mayLeadTo(address) {
  if (/^[\s\x00-\x20]*[/\\][\s\x00-\x20]*[/\\]/.test(address)) return false;
  const place = address.trim().split(/[/?]/)[0].toLowerCase();
  return place.startsWith("#") || !place.includes(":") || ["http", "https", "mailto"].includes(place.split(":")[0]);
}

/* ---- The start ---- */

function start(lib) {
  const group = source.closest(".field");
  const label = group.querySelector("label");
  const hint = group.querySelector(".hint");
  const help = document.getElementById("editor-help");
  const box = document.createElement("div");
  const place = document.createElement("div");
  box.className = "editor";
  box.append(tools, place);
  source.after(box, said);
  label.id = "editor-label";
  const described = [help.id, ...[...group.querySelectorAll(".error[id], .errorlist[id]")].map((error) => error.id)];
  editor = new lib.Editor({
    element: place,
    injectCSS: false,
    content: source.value,
    extensions: extensions(lib),
    enableInputRules: true,
    editorProps: {
      attributes: {
        id: source.id,
        class: "prose",
        role: "textbox",
        "aria-multiline": "true",
        "aria-labelledby": label.id,
        "aria-describedby": described.join(" "),
        lang: form.dataset.language,
        ...(source.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
      },
      handleDOMEvents: {
        paste: (_view, event) => brought(event, event.clipboardData),
        drop: (view, event) => !view.dragging && brought(event, event.dataTransfer, view.posAtCoords({ left: event.clientX, top: event.clientY })?.pos),
      },
      handleDoubleClickOn: (_view, _pos, node) => node.type.name === "picture" && (act("picture"), true),
    },
    onTransaction: ({ editor: changed }) => { editor = changed; show(); },
  });
  source.id += "_html";  // the label, the list of errors and who jumps there mean the editor now
  source.hidden = true;
  if (hint) hint.replaceWith(help);
  document.getElementById(`${editor.view.dom.id}_limit`)?.remove();  // it counts tags, which nobody sees here
  help.hidden = tools.hidden = false;
  label.addEventListener("click", () => editor.commands.focus());
  if (location.hash === `#${editor.view.dom.id}`) editor.commands.focus();
  const before = editor.getHTML();
  form.hasChangedText = () => editor.getHTML() !== before;
  form.addEventListener("submit", (event) => {
    if (form.hasChangedText()) source.value = editor.isEmpty ? "" : editor.getHTML();
    const over = document.getElementById("editor-over");
    over.hidden = source.value.length <= most;
    if (over.hidden) return;
    event.preventDefault();
    box.before(over);
    editor.view.dom.setAttribute("aria-describedby", `${described.join(" ")} ${over.id}`);
    editor.commands.focus();
  });
  for (const button of buttons()) {
    button.tabIndex = -1;
    button.addEventListener("click", () => act(button.dataset.do));
    for (const kind of ["focus", "pointerenter"]) button.addEventListener(kind, () => name(button));
  }
  for (const kind of ["focusout", "pointerleave"]) tools.addEventListener(kind, () => name(null));
  tools.addEventListener("keydown", walk);
  show();
}

/* ---- The tools: one stop for Tab, arrows among them ---- */

function buttons() {
  return [...tools.querySelectorAll("button")].filter((button) => !button.hidden && !button.closest("[hidden]"));
}

function name(button) {
  const line = tools.querySelector(".tool-name");
  line.textContent = button ? [button.querySelector(".visually-hidden").textContent, button.dataset.keys].filter(Boolean).join(" · ") : "";
}

function walk(event) {
  const all = buttons();
  const here = all.indexOf(document.activeElement);
  const next = { ArrowRight: (here + 1) % all.length, ArrowLeft: (here - 1 + all.length) % all.length, Home: 0, End: all.length - 1 }[event.key];
  if (event.key === "Escape") editor.view.focus();
  else if (next === undefined) return;
  else stop(all[next]).focus();
  event.preventDefault();
}

function stop(chosen) {
  for (const button of tools.querySelectorAll("button")) button.tabIndex = button === chosen ? 0 : -1;
  return chosen;
}

function toTools() {
  (buttons().find((button) => button.tabIndex === 0) || stop(buttons()[0])).focus();
}

const COMMANDS = {
  paragraph: (chain) => chain.setParagraph(),
  heading2: (chain) => chain.toggleHeading({ level: 2 }),
  heading3: (chain) => chain.toggleHeading({ level: 3 }),
  heading4: (chain) => chain.toggleHeading({ level: 4 }),
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  code: (chain) => chain.toggleCode(),
  bullets: (chain) => chain.toggleBulletList(),
  numbers: (chain) => chain.toggleOrderedList(),
  indent: (chain) => chain.sinkListItem("listItem"),
  outdent: (chain) => chain.liftListItem("listItem"),
  quote: (chain) => chain.toggleBlockquote(),
  addRow: (chain) => chain.addRowAfter(),
  dropRow: (chain) => chain.deleteRow(),
  addColumn: (chain) => chain.addColumnAfter(),
  dropColumn: (chain) => chain.deleteColumn(),
  dropTable: (chain) => chain.deleteTable(),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
};
const ACTIVE = {
  paragraph: () => editor.isActive("paragraph") && !ACTIVE.bullets() && !ACTIVE.numbers() && !ACTIVE.table(),
  heading2: () => editor.isActive("heading", { level: 2 }),
  heading3: () => editor.isActive("heading", { level: 3 }),
  heading4: () => editor.isActive("heading", { level: 4 }),
  bold: () => editor.isActive("bold"),
  italic: () => editor.isActive("italic"),
  code: () => editor.isActive("code"),
  link: () => editor.isActive("link"),
  language: () => Boolean(languageHere()),
  bullets: () => editor.isActive("bulletList"),
  numbers: () => editor.isActive("orderedList"),
  quote: () => editor.isActive("blockquote"),
  picture: () => editor.isActive("picture"),
  table: () => editor.isActive("table"),
};

function act(what) {
  if (tools.querySelector(`[data-do=${what}]`).getAttribute("aria-disabled") === "true") return;
  if (ASK[what]) ASK[what]();
  else {
    editor.view.focus();  // at once: the library's own focus() waits for the next frame, and who types on loses a letter
    COMMANDS[what](editor.chain()).run();
  }
}

function show() {
  if (!editor?.view?.dom) return;
  const when = { table: editor.isActive("table"), item: editor.isActive("listItem") };
  for (const part of tools.querySelectorAll("[data-when]")) part.hidden = !when[part.dataset.when];
  for (const button of buttons()) {
    const active = ACTIVE[button.dataset.do];
    if (active) button.setAttribute("aria-pressed", String(active()));
    if (["undo", "redo", "indent", "outdent"].includes(button.dataset.do)) {
      button.setAttribute("aria-disabled", String(!COMMANDS[button.dataset.do](editor.can().chain()).run()));
    }
  }
  const all = buttons();
  if (!all.some((button) => button.tabIndex === 0)) stop(all[0]);
}

/* ---- What the tools ask ---- */

/** Opens a dialog. `fill(fields)` sets what stands there; `take(fields, wrong)` returns whether it may close. */
function ask(id, { fill, take, drop }) {
  const dialog = document.getElementById(id);
  const inner = dialog.querySelector("form");
  const fields = inner.elements;
  const wrong = (field, text) => {
    const error = document.getElementById(`${id}-${field}-error`);
    if (text) error.textContent = text;
    error.hidden = false;
    error.closest(".field").classList.add("wrong");
    const control = document.getElementById(`${id}-${field}`);
    (control || error.closest(".field").querySelector("input")).focus();
    control?.setAttribute("aria-invalid", "true");
    return false;
  };
  const clear = () => {
    for (const error of inner.querySelectorAll(".error")) error.hidden = true;
    for (const field of inner.querySelectorAll(".wrong")) field.classList.remove("wrong");
    for (const control of inner.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
  };
  inner.reset();
  clear();
  for (const part of inner.querySelectorAll("[data-when=there]")) part.hidden = !drop;
  fill(fields, (part, isShown) => { inner.querySelector(`[data-for=${part}]`).hidden = !isShown; });
  inner.onsubmit = async (event) => {
    event.preventDefault();
    if (inner.ariaBusy === "true") return;
    clear();
    inner.ariaBusy = "true";
    const done = await take(fields, wrong);
    inner.ariaBusy = null;
    if (done) close(done);
  };
  const close = (after) => { dialog.close(); editor.view.focus(); if (after instanceof Function) after(); };
  for (const button of inner.querySelectorAll("button[type=button]")) {
    button.onclick = () => close(button.value === "drop" ? drop : null);
  }
  dialog.oncancel = () => setTimeout(() => editor.commands.focus());
  dialog.showModal();
}

function languageHere() {
  const { $from } = editor.state.selection;
  const code = editor.getAttributes("part").lang;
  if (code) return code;
  for (let depth = $from.depth; depth > 0; depth -= 1) if ($from.node(depth).attrs.lang) return $from.node(depth).attrs.lang;
  return "";
}

function inTable() {
  const { $from } = editor.state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === "table") return { table: $from.node(depth), at: $from.before(depth) };
  }
  return null;
}

const heads = {
  row: (table) => table.firstChild.content.content.every((cell) => cell.type.name === "tableHeader"),
  column: (table) => table.content.content.every((row) => row.firstChild?.type.name === "tableHeader"),
};

const ASK = {
  link() {
    const there = editor.isActive("link");
    const needsWords = editor.state.selection.empty && !there;
    ask("ask-link", {
      fill(fields, reveal) {
        fields.address.value = editor.getAttributes("link").href || "";
        reveal("words", needsWords);
      },
      take(fields, wrong) {
        let href = fields.address.value.trim();
        if (/^[^\s/@:]+@[^\s/@:]+\.\w+$/.test(href)) href = `mailto:${href}`;
        else if (/^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(href)) href = `https://${href}`;
        const isWhole = /^(https?:\/\/[^\s/]+\.[^\s]+|https?:\/\/localhost\S*|mailto:\S+@\S+|\/\S*|#\S+)$/i.test(href);
        if (needsWords && !fields.words.value.trim()) return wrong("words");
        if (!isWhole || !mayLeadTo(href)) return wrong("address");
        const text = fields.words.value.trim();
        return () => {
          if (needsWords) editor.chain().insertContent([{ type: "text", text, marks: [{ type: "link", attrs: { href } }] }, { type: "text", text: " " }]).run();
          else editor.chain().extendMarkRange("link").setMark("link", { href }).run();
        };
      },
      drop: there && (() => editor.chain().extendMarkRange("link").unsetMark("link").run()),
    });
  },

  language() {
    const isWords = !editor.state.selection.empty || Boolean(editor.getAttributes("part").lang);
    ask("ask-language", {
      fill(fields, reveal) {
        fields.code.value = languageHere();
        reveal("words", isWords);
        reveal("paragraph", !isWords);
      },
      take: (fields) => () => {
        const code = fields.code.value;
        const chain = editor.chain().extendMarkRange("part");
        if (isWords && code) chain.setMark("part", { lang: code }).run();
        else if (isWords) chain.unsetMark("part").run();
        else editor.commands.updateAttributes(editor.state.selection.$from.parent.type.name, { lang: code || null });
      },
    });
  },

  picture() {
    const there = editor.isActive("picture") ? editor.getAttributes("picture") : null;
    const status = document.querySelector("#ask-picture [data-for=status]");
    ask("ask-picture", {
      fill(fields, reveal) {
        reveal("file", !there);
        status.textContent = "";
        fields.alt.value = there?.alt || "";
        fields.caption.value = there?.caption || "";
        fields.decoration.checked = there?.alt === "";
      },
      async take(fields, wrong) {
        const alt = fields.decoration.checked ? "" : fields.alt.value.trim();
        const caption = fields.caption.value.trim() || null;
        const file = fields.file.files[0];
        if (!there && !file) return wrong("file", document.getElementById("ask-picture-file-error").dataset.missing);
        if (!alt && !fields.decoration.checked) return wrong("alt");
        if (there) return () => editor.commands.updateAttributes("picture", { alt, caption });
        status.textContent = words.sending;
        const sent = await send(document.getElementById("ask-picture").dataset.send, { picture: file });
        status.textContent = "";
        if (!sent.src) return wrong("file", sent.error || words.failed);
        return () => {
          editor.commands.insertContent({ type: "picture", attrs: { ...sent, alt, caption } });
          say(words.added);
        };
      },
      drop: there && (() => editor.commands.deleteSelection()),
    });
  },

  table() {
    const there = inTable();
    ask("ask-table", {
      fill(fields, reveal) {
        reveal("size", !there);
        fields.caption.value = there?.table.attrs.caption || "";
        if (there) for (const way of ["row", "column"]) fields[way].checked = heads[way](there.table);
      },
      take(fields, wrong) {
        const caption = fields.caption.value.trim();
        if (!caption) return wrong("caption");
        if (!fields.row.checked && !fields.column.checked) return wrong("headers");
        const size = (field, largest) => Math.min(Math.max(Number(field.value) || 1, 1), largest);
        return () => {
          if (!there) editor.commands.insertTable({ rows: size(fields.rows, 50), cols: size(fields.columns, 12), withHeaderRow: false });
          editor.commands.updateAttributes("table", { caption });
          for (const [way, command] of [["row", "toggleHeaderRow"], ["column", "toggleHeaderColumn"]]) {
            if (heads[way](inTable().table) !== fields[way].checked) editor.commands[command]();
          }
        };
      },
    });
  },
};

/* ---- The server ---- */

async function send(address, values) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const [field, value] of Object.entries(values)) data.set(field, value);
  try {
    const answer = await fetch(address, { method: "POST", body: data, headers: { Accept: "application/json" } });
    const kind = answer.headers.get("Content-Type") || "";
    if (kind.startsWith("application/json")) return await answer.json();
    return { error: kind.startsWith("text/plain") ? await answer.text() : "" };
  } catch {
    return { error: "" };
  }
}

/** What comes from elsewhere is cleaned where everything is cleaned: on the server, which knows Word and Google Docs. */
function brought(event, data, at) {
  const html = data?.getData("text/html") || "";
  if (!html || html.includes("data-pm-slice")) return false;  // plain words, and what was copied in an editor like this one
  event.preventDefault();  // before ProseMirror parses it
  const lines = data.getData("text/plain").split(/\n+/);
  if (at !== undefined) editor.commands.setTextSelection(at);
  send(form.dataset.paste, { html }).then((made) => {
    const alone = /^<p>((?:(?!<\/?p[ >])[^])*)<\/p>$/.exec(made.html || "");  // a piece of a paragraph makes no new one
    const plain = lines.map((line) => ({ type: "paragraph", content: line ? [{ type: "text", text: line }] : [] }));
    editor.chain().focus().insertContent(alone?.[1] ?? made.html ?? plain).run();
    if (made.notes?.length || made.html === undefined) say(made.notes?.join(" ") || words.plain);
  });
  return true;
}

/* ---- Nobody loses a word by leaving ---- */

function warnBeforeLeaving() {
  let isTyped = false;
  let isSent = false;
  form.addEventListener("input", (event) => { isTyped ||= event.target.matches("input, textarea"); });
  form.addEventListener("submit", (event) => { isSent = !event.defaultPrevented; });
  window.addEventListener("pageshow", () => { isSent = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!isSent && (isTyped || form.hasChangedText?.())) event.preventDefault();
  });
}

if (source && source.value.length > most) say(words.long);
else if (source) start(await import(form.dataset.editor));
if (form) warnBeforeLeaving();
