import { ConfigurationTarget, workspace } from "vscode";
import { readSettings, Section, type Settings } from "./settings";

export function currentSettings(): Settings {
  const configuration = workspace.getConfiguration(Section);
  return readSettings((name) => configuration.get(name));
}

/** Writes a setting where it takes effect: over the workspace's value if there is one, otherwise for the user. */
export async function writeSetting(name: string, value: unknown): Promise<void> {
  const configuration = workspace.getConfiguration(Section);
  const inWorkspace = configuration.inspect(name)?.workspaceValue !== undefined;
  await configuration.update(name, value, inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
}
