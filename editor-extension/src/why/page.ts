import { explainLabel, formatJoules, formatReading, formatShare } from "../format";
import type { EnergyTotal, SuggestionData } from "../protocol";
import type { State } from "../state";
import { escapeHtml } from "./html";
import { describe, layersPicture } from "./picture";

/** Command that links of the page may run; the panel allows no other. */
export const PageCommands = ["codeexit.menu", "codeexit.selectMode"];

/**
 * The whole page of the "why" view. It runs no script and loads nothing.
 * @param nonce a random word that lets this page's own style in and no other.
 */
export function whyPage(state: State, nonce: string): string {
  const { suggestion } = state;
  const body = suggestion === undefined ? "<p>No suggestion yet. Type some code, then come back.</p>" : suggestionPart(suggestion.text, suggestion.data, state);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<title>CodeExit: why this suggestion</title>
<style nonce="${nonce}">${style}</style>
</head>
<body>
<main>
<h1>Why this suggestion</h1>
${body}
${totalsPart(state.energy?.totals ?? [])}
</main>
</body>
</html>`;
}

function suggestionPart(text: string, data: SuggestionData, state: State): string {
  const facts = [...(data.reused === true ? reusedFacts : costFacts(data)), ...modeFacts(data, state)];
  return `<pre>${escapeHtml(text)}</pre>
<dl>${facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`).join("")}</dl>
${data.reused === true ? "" : layersPart(data)}
<p><a href="command:codeexit.selectMode">Change the mode</a></p>`;
}

type Fact = [name: string, value: string];

const reusedFacts: Fact[] = [["Reused", "it was there before: nothing was run for it"]];

function costFacts({ energy, layers, tokens }: SuggestionData): Fact[] {
  const facts: Fact[] = [];
  if (energy) {
    facts.push(["Joules", `${formatReading(energy)} (${explainLabel(energy.label)})`]);
    if (typeof energy.netJoules === "number" && energy.joules !== null) facts.push(["Beyond idling", formatReading({ label: energy.label, joules: energy.netJoules })]);
    facts.push(["Read from", `${energy.source}, covers ${energy.scope}${typeof energy.windowMs === "number" ? `, ${Math.round(energy.windowMs)} ms` : ""}`]);
  }
  if (typeof tokens === "number") facts.push(["Tokens", String(tokens)]);
  if (layers) facts.push(["Layers", layers.perToken ? describe(layers.perToken, layers.count) : `${layers.total} together, ${layers.mean} for a token on average`]);
  return facts;
}

function modeFacts(data: SuggestionData, { status }: State): Fact[] {
  const mode = data.mode ?? status?.mode;
  const facts: Fact[] = [];
  if (mode) facts.push(["Mode", mode + (status?.mode === mode && status.modeReason ? `: ${status.modeReason}` : "")]);
  if (data.policy) facts.push(["Policy", data.policy]);
  return facts;
}

function layersPart({ layers }: SuggestionData): string {
  const { perToken, count } = layers ?? {};
  if (!perToken || perToken.length === 0) return "<p>This server does not tell the layers of each token.</p>";
  const of = count === undefined ? "" : ` of ${count}`;
  const rows = perToken.map((ran, index) => `<tr><td>${index + 1}</td><td>${ran}${of}</td></tr>`).join("");
  return `<h2>Layers of each token</h2>
<p class="legend"><span class="key ran"></span> ran${count === undefined ? "" : ' <span class="key saved"></span> left out <span class="key full"></span> full depth'}</p>
<div class="scroll" tabindex="0">${layersPicture(perToken, count)}</div>
<details><summary>As a table</summary><table><thead><tr><th scope="col">Token</th><th scope="col">Layers</th></tr></thead><tbody>${rows}</tbody></table></details>`;
}

function totalsPart(totals: EnergyTotal[]): string {
  if (totals.length === 0) return "";
  const rows = totals.map(({ label, source, scope, requests, joules, wastedJoules }) => {
    const spent = formatReading({ joules, label });
    const wasted = typeof wastedJoules === "number" && joules !== null ? `${formatJoules(wastedJoules)} (${formatShare(wastedJoules, joules)})` : "–";
    return `<tr><td>${escapeHtml(spent)}</td><td>${escapeHtml(wasted)}</td><td>${requests}</td><td>${escapeHtml(`${source}, ${scope}: ${explainLabel(label)}`)}</td></tr>`;
  });
  return `<h2>Since the server started</h2>
<table><thead><tr><th scope="col">Joules</th><th scope="col">For nobody</th><th scope="col">Requests</th><th scope="col">Read from</th></tr></thead><tbody>${rows.join("")}</tbody></table>
<p class="note">“For nobody”: spent on requests that were cancelled, replaced by a newer one, or came to nothing. Joules that are known in different ways are never added.</p>`;
}

const style = `
body { font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); color: var(--vscode-foreground); background: var(--vscode-editor-background); }
main { max-width: 60em; }
h1 { font-size: 1.5em; font-weight: 600; }
h2 { font-size: 1.15em; font-weight: 600; margin-top: 1.6em; }
a { color: var(--vscode-textLink-foreground); }
pre { padding: 0.7em; overflow-x: auto; font-family: var(--vscode-editor-font-family); background: var(--vscode-textCodeBlock-background); border: 1px solid var(--vscode-contrastBorder, transparent); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3em 1.2em; }
dt { color: var(--vscode-descriptionForeground); }
dd { margin: 0; }
table { border-collapse: collapse; margin-top: 0.6em; }
th, td { text-align: left; padding: 0.25em 1.2em 0.25em 0; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-contrastBorder, #8884)); }
.scroll { overflow-x: auto; }
.scroll:focus-visible, summary:focus-visible, a:focus-visible { outline: 1px solid var(--vscode-focusBorder); }
.note, .legend { color: var(--vscode-descriptionForeground); }
.key { display: inline-block; width: 0.9em; height: 0.9em; margin-left: 0.8em; vertical-align: middle; box-sizing: border-box; }
.key:first-child { margin-left: 0; }
rect.ran { fill: var(--vscode-charts-blue); stroke: var(--vscode-contrastBorder, none); }
.key.ran { background: var(--vscode-charts-blue); border: 1px solid var(--vscode-contrastBorder, transparent); }
rect.saved { fill: none; stroke: var(--vscode-descriptionForeground); stroke-dasharray: 2 2; }
.key.saved { border: 1px dashed var(--vscode-descriptionForeground); }
line.full { stroke: var(--vscode-charts-foreground, var(--vscode-foreground)); stroke-width: 2; stroke-dasharray: 6 3; }
.key.full { height: 0; border-top: 2px dashed var(--vscode-charts-foreground, var(--vscode-foreground)); }
line.grid { stroke: var(--vscode-descriptionForeground); opacity: 0.25; }
text { fill: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: 11px; }
text.tick { text-anchor: end; }
text.token { text-anchor: middle; }
`;
