/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** What an element can hold: text is never taken for markup. */
export type Content = Node | string | undefined | false;

/** The attributes of an element; `false` and `undefined` leave one out, `true` sets it without a value. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Makes an element. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...content: Content[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...present(content));
  return element;
}

/** Sets an attribute, or takes it away. */
export function setAttribute(element: Element, name: string, value: Attributes[string]): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Replaces what an element holds. */
export function fill(element: Element, ...content: Content[]): void {
  element.replaceChildren(...present(content));
}

/** The element of this id, which the document has. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

const SVG = "http://www.w3.org/2000/svg";

/** Makes one of the icons that the document defines. */
export function icon(name: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** Makes a picture of squares, such as a QR code; `label` is what it is called. */
export function squares(path: string, { size, label }: { size: number; label: string }): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  svg.setAttribute("shape-rendering", "crispEdges");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** Does this when a form is sent, and nothing else. */
export function onSubmit(form: HTMLFormElement, act: () => void): void {
  form.onsubmit = (event) => {
    event.preventDefault();
    act();
  };
}

function present(content: readonly Content[]): (Node | string)[] {
  return content.filter((one): one is Node | string => one !== undefined && one !== false && one !== "");
}
