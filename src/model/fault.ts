/**
 * A failure of this service or of something it depends on, as opposed to a refusal (`refused.ts`). The `message` may be
 * shown to the user; the `cause` is written to the log only.
 */
export class Fault extends Error {
  readonly status: number
  /** When a retry may succeed; undefined if unknown. */
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, options: { cause?: unknown; status?: number; retryAfterSeconds?: number } = {}) {
    super(message, { cause: options.cause })
    this.name = 'Fault'
    this.status = options.status ?? 500
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/**
 * Thrown by stores when the database is unreachable or does not respond. A write that ends with this may or may not have
 * been done.
 */
export class DatabaseAway extends Fault {
  constructor(cause: unknown, message = 'The database is unreachable.') {
    super(message, { cause, status: 503, retryAfterSeconds: 10 })
  }
}

/**
 * Thrown when the database is reachable but too busy: all connections are in use, a lock is held for long, or it accepts
 * no writes.
 */
export class DatabaseBusy extends DatabaseAway {
  constructor(cause: unknown, message = 'The database is busy.') {
    super(cause, message)
  }
}

/** Thrown when the database has no disk space left to write. It can still be read, and nothing was changed. */
export class DatabaseFull extends DatabaseAway {
  constructor(cause: unknown) {
    super(cause, 'The disk of the database is full; nothing was changed.')
  }
}
