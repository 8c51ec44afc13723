import type { LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type LanguageClientOptions,
  type MessageSignature,
} from "vscode-languageclient/node";
import { currentSettings } from "../configuration";
import { Methods } from "../protocol";
import { Section, toServerOptions } from "../settings";
import type { ServerProcess } from "./serverProcess";

/** What the client reports. */
export interface ClientEvents {
  /** A suggestion is asked for; what it returns takes the answer. */
  onRequest(): (answer: unknown, isCancelled: boolean) => void;
  /** The server ended a piece of work of its own, a model load. */
  onWorkDone(): void;
}

/** A language client of one server process. When that process ends so does the client; starting again is another's business. */
export function createClient(process: ServerProcess, log: LogOutputChannel, events: ClientEvents): LanguageClient {
  const options: LanguageClientOptions = {
    documentSelector: ["file", "untitled", "vscode-notebook-cell"].map((scheme) => ({ scheme })),
    outputChannel: log,
    traceOutputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => toServerOptions(currentSettings()),
    initializationFailedHandler: () => false,
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        process.kill(); // it may have closed its end and live on
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    middleware: {
      // The least that a suggestion can cost: not to ask for it.
      provideInlineCompletionItems: async (document, position, context, token, next) => {
        if (currentSettings().disabledLanguages.includes(document.languageId)) return [];
        try {
          return await next(document, position, context, token);
        } catch {
          return []; // the client has logged it; VS Code would only log it again
        }
      },
      sendRequest: async (type, param, token, next) => {
        if (methodOf(type) !== Methods.inlineCompletion) return next(type, param, token);
        const take = events.onRequest();
        const answer = await next(type, param, token);
        take(answer, token?.isCancellationRequested === true);
        return answer;
      },
      handleWorkDoneProgress: (token, params, next) => {
        next(token, params);
        if (params.kind === "end") events.onWorkDone();
      },
    },
  };
  return new LanguageClient(Section, "CodeExit", () => Promise.resolve({ reader: process.reader, writer: process.writer }), options);
}

function methodOf(type: string | MessageSignature): string {
  return typeof type === "string" ? type : type.method;
}
