import { commands, window, workspace, type ExtensionContext } from "vscode";
import { currentSettings } from "./configuration";
import { selectMode, setBudget, setPowerCap, showMenu, toggleActiveLanguage, togglePauseOnBattery } from "./menu/commands";
import { showProblem } from "./problems";
import { Methods } from "./protocol";
import { createClient } from "./server/client";
import { locateServer, surroundings } from "./server/locate";
import { Server } from "./server/server";
import { needsRestart, Section } from "./settings";
import { Store } from "./state";
import { StatusItem } from "./status/item";
import { Suggestions } from "./suggestions";
import { WhyPanel } from "./why/panel";

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const log = window.createOutputChannel("CodeExit", { log: true });
  const store = new Store();
  const running: Server = new Server(
    {
      locate: () => locateServer(currentSettings().server, context.asAbsolutePath("server/codeexit.dll"), surroundings),
      connect: (process) => createClient(process, log, { onRequest: () => suggestions.begin(), onWorkDone: () => void suggestions.refresh() }),
      log,
      onStarted: () => {
        void running.sendSettings(settings); // they may have changed since `initialize`
        void suggestions.refresh();
      },
      onFailed: (problem) => void showProblem(problem),
    },
    store,
  );
  const suggestions: Suggestions = new Suggestions(store, {
    status: () => running.request(Methods.status),
    energy: () => running.request(Methods.energy),
  });
  const statusItem = new StatusItem(store);
  const why = new WhyPanel(store);
  server = running;

  let settings = currentSettings();
  const onSettings = async (): Promise<void> => {
    const before = settings;
    settings = currentSettings();
    statusItem.show();
    if (needsRestart(before, settings)) return running.start();
    await running.sendSettings(settings);
    await suggestions.refresh(); // a new mode shows at once
  };

  const commandsByName: Record<string, () => unknown> = {
    menu: async () => {
      await suggestions.refresh();
      await showMenu(store);
    },
    selectMode,
    setPowerCap,
    setBudget,
    togglePauseOnBattery,
    toggleLanguage: toggleActiveLanguage,
    why: async () => {
      why.show();
      await suggestions.refresh();
    },
    restart: () => running.start(),
    showLog: () => log.show(true),
    openSettings: () => commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    openWalkthrough: () => commands.executeCommand("workbench.action.openWalkthrough", `${context.extension.id}#start`),
  };

  context.subscriptions.push(
    log,
    statusItem,
    why,
    suggestions,
    store.onChange(() => statusItem.show()),
    window.onDidChangeActiveTextEditor(() => statusItem.show()),
    workspace.onDidCloseTextDocument(() => statusItem.show()), // also told when a document's language changes
    workspace.onDidChangeConfiguration((change) => change.affectsConfiguration(Section) && void onSettings()),
    ...Object.entries(commandsByName).map(([name, run]) => commands.registerCommand(`${Section}.${name}`, run)),
  );
  void running.start();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
