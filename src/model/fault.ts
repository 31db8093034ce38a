/**
 * A fault: the world or we failed. `message` may be shown to the user; what lies behind it is the cause,
 * and reaches the log only.
 */
export class Fault extends Error {
  readonly status: number
  /** When it may be worth to try again; undefined when nobody knows. */
  readonly retryAfterSeconds: number | undefined

  constructor(message: string, options: { cause?: unknown; status?: number; retryAfterSeconds?: number } = {}) {
    super(message, { cause: options.cause })
    this.name = 'Fault'
    this.status = options.status ?? 500
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/**
 * What a store throws when the database cannot be reached, or does not answer. A write that it ends may have been done or
 * not: nobody can tell.
 */
export class DatabaseAway extends Fault {
  constructor(cause: unknown, message = 'The database is out of reach.') {
    super(message, { cause, status: 503, retryAfterSeconds: 10 })
  }
}

/** The same of a database that is there and has no time: every connection is in use, somebody holds a lock for long, or it takes no writes. */
export class DatabaseBusy extends DatabaseAway {
  constructor(cause: unknown, message = 'The database is busy.') {
    super(cause, message)
  }
}

/** The same of a database that can be read, and has no space to write to. Nothing was changed. */
export class DatabaseFull extends DatabaseAway {
  constructor(cause: unknown) {
    super(cause, 'The disk of the database is full; nothing was changed.')
  }
}
