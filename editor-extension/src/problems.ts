import { commands, env, Uri, window } from "vscode";
import { Section } from "./settings";
import type { Problem, Remedy } from "./server/problem";

const buttons: Record<Remedy, { title: string; run: () => Thenable<unknown> }> = {
  installDotnet: { title: "Get .NET", run: () => env.openExternal(Uri.parse("https://dotnet.microsoft.com/download/dotnet/10.0")) },
  openSettings: { title: "Open settings", run: () => commands.executeCommand("workbench.action.openSettings", `${Section}.server`) },
  restart: { title: "Restart", run: () => commands.executeCommand("codeexit.restart") },
  showLog: { title: "Open log", run: () => commands.executeCommand("codeexit.showLog") },
};

/** Says what is wrong, with a button for each thing that would mend it. */
export async function showProblem({ message, remedies }: Problem): Promise<void> {
  const offered = remedies.map((remedy) => buttons[remedy]);
  const title = await window.showErrorMessage(message, ...offered.map((button) => button.title));
  await offered.find((button) => button.title === title)?.run();
}
