/** A curve: its points, what it is, and its unit. */
export interface Curve {
  name: string;
  points: readonly { x: number; y: number }[];
  color: string;
}

/** A plot of curves that share an x axis, which ends with `xUnit`, and a y axis. */
export interface Plot {
  title: string;
  unit: string;
  xUnit: string;
  /** Where the y axis ends, where some values may lie beyond it. */
  top?: number;
  curves: readonly Curve[];
}

const WIDTH = 760;
const HEIGHT = 190;
const LEFT = 60;
const RIGHT = 20;
const TOP = 30;
const BOTTOM = 30;

/** Draws plots below each other. */
export function drawPlots(plots: readonly Plot[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${plots.length * HEIGHT}" ` +
    `width="${WIDTH}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="100%" height="100%" fill="white"/>`,
    ...plots.map((plot, i) => `<g transform="translate(0 ${i * HEIGHT})">${draw(plot)}</g>`),
    "</svg>",
    "",
  ].join("\n");
}

function draw({ title, unit, xUnit, top, curves }: Plot): string {
  const points = curves.flatMap((curve) => curve.points);
  const maxX = Math.max(...points.map(({ x }) => x));
  const maxY = top ?? nice(Math.max(...points.map(({ y }) => y)));
  const [width, height] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
  const at = ({ x, y }: { x: number; y: number }) =>
    `${(LEFT + x / maxX * width).toFixed(1)},${(TOP + height - Math.min(1, y / maxY) * height).toFixed(1)}`;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const y = TOP + height - part * height;
    return `<line x1="${LEFT}" x2="${LEFT + width}" y1="${y}" y2="${y}" stroke="#ddd"/>` +
      `<text x="${LEFT - 6}" y="${y + 4}" text-anchor="end" fill="#555">${part * maxY}</text>`;
  });
  const legend = curves.map(({ name, color }, i) =>
    `<text x="${LEFT + width - 120 * (curves.length - i) + 60}" y="18" fill="${color}">${name}</text>`
  );
  return [
    `<text x="${LEFT}" y="18" font-weight="bold">${title}, ${unit}</text>`,
    ...grid,
    `<text x="${LEFT + width}" y="${HEIGHT - 10}" text-anchor="end" fill="#555">${
      Math.round(maxX).toLocaleString("en")
    } ${xUnit}</text>`,
    ...legend,
    ...curves.map(({ points, color }) =>
      `<polyline fill="none" stroke="${color}" stroke-width="1.5" points="${points.map(at).join(" ")}"/>`
    ),
  ].join("");
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function nice(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-9)));
  return [1, 2, 5, 10].map((factor) => factor * power).find((bound) => bound >= value)!;
}
