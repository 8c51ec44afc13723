import assert from "node:assert/strict";
import { test } from "node:test";
import type { State } from "../../src/state";
import { whyPage } from "../../src/why/page";
import { describe, layersPicture } from "../../src/why/picture";

const empty: State = { phase: { kind: "running" }, status: undefined, energy: undefined, suggestion: undefined };
const energy = { joules: 0.3, netJoules: 0.25, label: "estimated-model", source: "estimate:cpu-time", scope: "process", windowMs: 61.2 };
const full: State = {
  ...empty,
  suggestion: { text: "if a < b && c:", data: { energy, layers: { total: 18, mean: 6, perToken: [6, 4, 8], count: 12 }, mode: "balanced", policy: "price:0.03", tokens: 3 } },
  energy: { totals: [{ label: "estimated-model", source: "estimate:cpu-time", scope: "process", requests: 7, joules: 2, wastedJoules: 0.5 }] },
};

/** The attribute of each rectangle of this class. */
function rectangles(svg: string, name: string, attribute: string): number[] {
  return [...svg.matchAll(new RegExp(`<rect class="${name}"[^>]* ${attribute}="([^"]+)"`, "g"))].map((match) => Number(match[1]));
}

test("layersPicture_Bars_AreAsHighAsTheLayersThatRan", () => {
  const heights = rectangles(layersPicture([6, 4, 12], 12), "ran", "height");
  assert.equal(heights.length, 3);
  const [half, third, whole] = heights as [number, number, number];
  assert.ok(Math.abs(half / whole - 6 / 12) < 1e-9);
  assert.ok(Math.abs(third / whole - 4 / 12) < 1e-9);
});

test("layersPicture_LayersLeftOut_FillTheRestUpToFullDepth", () => {
  const svg = layersPicture([6, 4, 12], 12);
  const ran = rectangles(svg, "ran", "height");
  const saved = rectangles(svg, "saved", "height");
  assert.equal(saved.length, 2); // the third token ran them all
  assert.ok(Math.abs((saved[0] ?? 0) + (ran[0] ?? 0) - (ran[2] ?? 0)) < 1e-9);
});

test("layersPicture_FullDepthUnknown_DrawsNoLineForIt", () => {
  const svg = layersPicture([6, 4], undefined);
  assert.ok(!svg.includes('class="full"'));
  assert.equal(rectangles(svg, "saved", "height").length, 0);
});

test("layersPicture_Described_ForThoseWhoCannotSeeIt", () => {
  const svg = layersPicture([6, 4, 8], 12);
  assert.match(svg, /role="img" aria-labelledby="layers-title"/);
  assert.ok(svg.includes(`<title id="layers-title">${describe([6, 4, 8], 12)}</title>`));
  assert.equal(describe([6, 4, 8], 12), "3 tokens, 18 of 36 layers (50 %)");
  assert.equal(describe([6], undefined), "1 token, 6 layers together");
});

test("whyPage_ThreeLayersOfData_AreShownAsPictureTableAndFacts", () => {
  const page = whyPage(full, "n0nce");
  for (const part of ["≈ 300 mJ est. (estimated, not measured)", "≈ 250 mJ est.", "price:0.03", "18 of 36 layers (50 %)", "<td>2</td><td>4 of 12</td>", "500 mJ (25 %)"]) assert.ok(page.includes(part), part);
});

test("whyPage_CodeInASuggestion_IsTextAndNeverMarkup", () => {
  const page = whyPage({ ...full, suggestion: { text: '<img src=x onerror="alert(1)">', data: { mode: "<b>", policy: "'\"&" } } }, "n0nce");
  assert.ok(!/<img|<b>/.test(page));
  assert.ok(page.includes("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"));
});

test("whyPage_Policy_LetsNothingInButItsOwnStyle", () => {
  const page = whyPage(full, "n0nce");
  assert.ok(page.includes(`content="default-src 'none'; style-src 'nonce-n0nce'"`));
  assert.ok(!/<script|https?:|url\(| style="| on\w+="/.test(page));
});

test("whyPage_Reused_ClaimsNeitherJoulesNorLayers", () => {
  const page = whyPage({ ...full, suggestion: { text: "x", data: { energy: { ...energy, joules: 0 }, layers: { total: 0, mean: 0, perToken: [] }, reused: true } } }, "n");
  assert.match(page, /nothing was run for it/);
  assert.ok(!/<dt>(Joules|Layers)|<svg/.test(page));
});

test("whyPage_NothingYet_SaysHowToGetThere", () => assert.match(whyPage(empty, "n"), /No suggestion yet/));

test("whyPage_OlderServer_ShowsWhatThereIs", () => {
  const page = whyPage({ ...full, suggestion: { text: "x", data: { energy, layers: { total: 40, mean: 8 } } } }, "n");
  assert.match(page, /40 together, 8 for a token on average/);
  assert.ok(!page.includes("<svg"));
});

test("whyPage_LongSuggestion_LabelsEveryFifthToken", () => {
  const labels = [...layersPicture(Array<number>(64).fill(4), 12).matchAll(/class="token"[^>]*>(\d+)</g)].map((match) => Number(match[1]));
  assert.deepEqual(labels.slice(0, 4), [1, 5, 10, 15]);
});
