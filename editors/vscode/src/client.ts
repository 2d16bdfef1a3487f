// The client of the language server, made quiet where a server ends before it answers: whoever starts it tells that.

import { CloseAction, CloseHandlerResult, ErrorHandler, LanguageClient, LanguageClientOptions } from "vscode-languageclient/node";

import { launch, Running } from "./server";

const RESTARTS = 4;

export class Client extends LanguageClient {
  private starting = true;
  private begun: Promise<void> | undefined;

  /** A client for a server that runs; one that ends later is started anew, a few times. */
  static of(command: string, running: Running, options: LanguageClientOptions): Client {
    let fresh = true;
    const server = async () => {
      const first = fresh;
      fresh = false;
      return (first ? running : await launch(command)).process;
    };
    let usual: ErrorHandler | undefined;
    const errorHandler: ErrorHandler = {
      error: (error, message, count) => usual!.error(error, message, count),
      closed: () => client.closed(usual!),
    };
    const client = new Client("gsl", "GSL", server, { ...options, errorHandler, initializationFailedHandler: () => false });
    usual = client.createDefaultErrorHandler(RESTARTS);
    return client;
  }

  /** Start for the first time; rejects when the server ended before it answered. */
  async begin(): Promise<void> {
    try {
      await (this.begun = super.start());
    } finally {
      this.starting = false;
    }
  }

  /** What to do when the connection is gone: nothing before the start is over, and nothing when it failed. */
  private async closed(usual: ErrorHandler): Promise<CloseHandlerResult> {
    const failed = await this.begun?.then(
      () => false,
      () => true,
    );
    return failed ? { action: CloseAction.DoNotRestart, handled: true } : usual.closed();
  }

  override async stop(timeout?: number): Promise<void> {
    await super.stop(timeout).catch((error: unknown) => this.debug(String(error)));
  }

  override error(message: string, data?: unknown, showNotification?: boolean | "force"): void {
    super.error(message, data, this.starting ? false : showNotification);
  }
}
