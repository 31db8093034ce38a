/**
 * Trove's datetimes are naive UTC with whole seconds, in the database and on the wire alike.
 * Everything in between is a Date, so that no driver's time zone can shift one.
 */

/** `2019-12-23T20:58:35`, as Trove's API writes it (trove@4cdc0cd common/base_wsgi.py:447). */
export const naiveUtc = (date: Date): string => date.toISOString().slice(0, 19)

/** Reads `2019-12-23 20:58:35` or the same with a T, a fraction or a Z. */
export const fromNaiveUtc = (text: string): Date => new Date(`${text.replace(' ', 'T').replace(/Z$/, '')}Z`)
