import { formatShare } from "../format";
import { escapeHtml } from "./html";

const Step = 22; // from one bar to the next
const BarWidth = 16;
const Height = 180;
const Left = 34; // room for the axis' numbers
const Top = 10;
const Bottom = 26;

/**
 * Layers of each token as bars in SVG, full depth as a dashed line above them. Colours are classes, which the page's style fills from the theme.
 * @param perToken layers that ran for each token, in the order of the text.
 * @param count layers of a token at full depth; unknown, the line is left out.
 */
export function layersPicture(perToken: readonly number[], count: number | undefined): string {
  const top = Math.max(count ?? 0, ...perToken, 1);
  const width = Left + perToken.length * Step + 6;
  const y = (layers: number): number => Top + Height * (1 - layers / top);
  const ticks = [...new Set([0, Math.round(top / 2), top])];

  const axis = ticks.map((layers) => `<line class="grid" x1="${Left - 4}" x2="${width}" y1="${y(layers)}" y2="${y(layers)}"/><text class="tick" x="${Left - 8}" y="${y(layers) + 4}">${layers}</text>`);
  const bars = perToken.map((layers, index) => {
    const x = Left + index * Step + (Step - BarWidth) / 2;
    const rest = count !== undefined && layers < count ? `<rect class="saved" x="${x}" y="${y(count)}" width="${BarWidth}" height="${y(layers) - y(count)}"/>` : "";
    const name = `Token ${index + 1}: ${layers}${count === undefined ? "" : ` of ${count}`} layers`;
    const label = isLabelled(index, perToken.length) ? `<text class="token" x="${x + BarWidth / 2}" y="${Top + Height + 18}">${index + 1}</text>` : "";
    return `<g><title>${name}</title>${rest}<rect class="ran" x="${x}" y="${y(layers)}" width="${BarWidth}" height="${y(0) - y(layers)}"/>${label}</g>`;
  });
  const full = count === undefined ? "" : `<line class="full" x1="${Left}" x2="${width}" y1="${y(count)}" y2="${y(count)}"/>`;

  const height = Top + Height + Bottom;
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="layers-title"><title id="layers-title">${escapeHtml(describe(perToken, count))}</title>${axis.join("")}${bars.join("")}${full}</svg>`;
}

/** The picture in a sentence, for those who cannot see it. */
export function describe(perToken: readonly number[], count: number | undefined): string {
  const total = perToken.reduce((sum, layers) => sum + layers, 0);
  const tokens = `${perToken.length} ${perToken.length === 1 ? "token" : "tokens"}`;
  if (count === undefined) return `${tokens}, ${total} layers together`;
  const all = perToken.length * count;
  return `${tokens}, ${total} of ${all} layers (${formatShare(total, all)})`;
}

/** Every token up to twenty, then every fifth. */
function isLabelled(index: number, tokens: number): boolean {
  return tokens <= 20 || index === 0 || (index + 1) % 5 === 0;
}
