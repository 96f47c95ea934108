// HTML from a word processor or a web page → Markdown. Nothing of it is run or loaded: it is parsed
// into a document without a window.

// Text without any of these, as from a code editor, has no formatting worth keeping.
const FORMATTED = "a[href], b, strong, i, em, del, h1, h2, h3, h4, h5, h6, p, ul, ol, blockquote, pre, table, img";
const IGNORED = new Set(["SCRIPT", "STYLE", "HEAD", "TITLE", "META", "LINK", "TEMPLATE", "NOSCRIPT", "BUTTON"]);
const BLOCKS = new Set(["ADDRESS", "ARTICLE", "ASIDE", "DD", "DIV", "DL", "DT", "FIGCAPTION", "FIGURE", "FOOTER", "HEADER", "MAIN", "NAV", "P", "SECTION"]);
const SPECIAL = /[\\*[\]`<]|(?<!\w)_|_(?!\w)/g;
const BLOCK_START = /^(?:#{1,6}|[-+>]|\d+[.)])(?=\s)/;
const MARKERS = { B: "**", STRONG: "**", I: "*", EM: "*", DEL: "~~", S: "~~" };

// Return an empty string if `html` has no formatting.
export function toMarkdown(html) {
  const { body } = new DOMParser().parseFromString(withoutInline(html), "text/html");
  if (!body.querySelector(FORMATTED)) return "";
  return content(body)
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .replace(/^([ ]*(?:-|\d+\.) .*)\n\n(?=[ ]*(?:-|\d+\.) )/gm, "$1\n")
    .trim();
}

// The policy of our pages reports inline styles and scripts, also in a document that is never shown.
function withoutInline(html) {
  return html
    .replace(/<style\b.*?<\/style\s*>/gis, "")
    .replace(/<\w[^>]*>/g, (tag) => tag.replace(/\s(style|on\w+)\s*=/gi, " data-$1="));
}

function content(node) {
  return [...node.childNodes].reduce((text, child) => {
    const part = convert(child);
    const isLineStart = child.nodeType === Node.TEXT_NODE && text.endsWith("\n");
    return text + (isLineStart ? part.trimStart() : part);
  }, "");
}

function convert(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ").replace(SPECIAL, "\\$&");
  if (node.nodeType !== Node.ELEMENT_NODE || IGNORED.has(node.nodeName)) return "";
  const name = node.nodeName;
  if (name in CONVERTERS) return CONVERTERS[name](node);
  if (BLOCKS.has(name)) return paragraph(node);
  return styled(node);
}

const CONVERTERS = {
  A: (node) => link(node),
  IMG: (node) => image(node),
  BR: () => "\\\n",
  HR: () => "\n\n---\n\n",
  BLOCKQUOTE: (node) => `\n\n${lines(content(node), "> ", "> ")}\n\n`,
  PRE: (node) => `\n\n\`\`\`\n${node.textContent.replace(/\n$/, "")}\n\`\`\`\n\n`,
  CODE: (node) => code(node.textContent),
  UL: (node) => list(node, () => "- "),
  OL: (node) => list(node, (index) => `${(Number(node.getAttribute("start")) || 1) + index}. `),
  TABLE: (node) => table(node),
  ...Object.fromEntries(Object.keys(MARKERS).map((name) => [name, (node) => emphasis(node, MARKERS[name])])),
  // The title of the article is the only heading of the first level.
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6].map((level) => [`H${level}`, (node) => `\n\n${"#".repeat(Math.max(2, level))} ${oneLine(content(node))}\n\n`]),
  ),
};

function paragraph(node) {
  const level = /mso-list:[^;]*level(\d)/.exec(node.dataset.style)?.[1];
  if (level) return wordItem(node, Number(level));
  const text = content(node).replace(/(?:\\\n)+\s*$/, "").trim();
  return text ? `\n\n${text.replace(BLOCK_START, (mark) => mark.slice(0, -1) + "\\" + mark.slice(-1))}\n\n` : "\n\n";
}

// An item of a list in Word: a paragraph that begins with its bullet or number as text.
function wordItem(node, level) {
  const bullet = node.querySelector("[data-style*='mso-list:Ignore']");
  const number = /\d+/.exec(bullet?.textContent ?? "")?.[0];
  bullet?.remove();
  const marker = number ? `${number}. ` : "- ";
  return `\n\n${" ".repeat((level - 1) * marker.length)}${marker}${oneLine(content(node))}\n\n`;
}

// Google Docs and others write bold and italic as styles, and <b> around all that is not bold.
function styled(node) {
  const { style } = node.dataset;
  const text = wrap(content(node), /font-style:\s*italic/.test(style) ? "*" : "");
  return wrap(text, /font-weight:\s*(?:bold|[6-9]00)/.test(style) ? "**" : "");
}

function emphasis(node, marker) {
  const isPlain = /font-(?:weight|style):\s*normal/.test(node.dataset.style);
  return wrap(content(node), isPlain ? "" : marker);
}

// Marks stand next to words, without a space, and not across paragraphs.
function wrap(text, open, close = open) {
  if (!open || !text.trim() || text.includes("\n\n")) return text;
  const [, before, inner, after] = /^(\s*)(.*?)(\s*)$/s.exec(text);
  return before + open + inner + close + after;
}

function image({ attributes: { src, alt } }) {
  if (!isWebURL(src?.value)) return "";
  return `![${oneLine(alt?.value ?? "").replace(SPECIAL, "\\$&")}](${target(src.value)})`;
}

function link(node) {
  const url = node.getAttribute("href");
  return wrap(content(node), isWebURL(url) ? "[" : "", `](${target(url ?? "")})`);
}

function target(url) {
  return url.trim().replace(/[\s()<>]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}

function isWebURL(url) {
  return /^(?:https?|mailto):/.test(url);
}

function code(text) {
  const ticks = "`".repeat(Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length)) + 1);
  const space = /^`|`$/.test(text) ? " " : "";
  return text.trim() && ticks + space + oneLine(text) + space + ticks;
}

function list(node, markerOf) {
  const items = [...node.children].map((item, index) => {
    // Some programs nest a list in a list, without an item.
    if (item.nodeName !== "LI") return lines(convert(item), "  ", "  ");
    const marker = markerOf([...node.children].slice(0, index).filter(({ nodeName }) => nodeName === "LI").length);
    return lines(content(item), marker, " ".repeat(marker.length));
  });
  return `\n\n${items.join("\n")}\n\n`;
}

function lines(text, first, others) {
  const [head, ...rest] = text.trim().replace(/\n{3,}/g, "\n\n").split("\n");
  return [first + head, ...rest.map((line) => (line || others.trim() ? others + line : line))].join("\n");
}

function table(node) {
  const rows = [...node.rows].map(({ cells }) => [...cells].map((cell) => oneLine(content(cell)).replaceAll("|", "\\|")));
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width < 2) return paragraph(node);
  const [head, ...others] = rows.map((row) => `| ${Array.from({ length: width }, (_cell, index) => row[index] ?? "").join(" | ")} |`);
  return `\n\n${[head, `|${" --- |".repeat(width)}`, ...others].join("\n")}\n\n`;
}

function oneLine(text) {
  return text.replaceAll("\\\n", " ").replace(/\s+/g, " ").trim();
}
