import { Type } from 'typebox'
import type { Refused } from '../../model/refused.ts'

/** The key that Trove puts around an error, by status (trove@4cdc0cd common/wsgi.py:495). */
const names: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'unauthorized',
  403: 'forbidden',
  404: 'itemNotFound',
  406: 'notAcceptable',
  408: 'requestTimeout',
  409: 'conflict',
  413: 'overLimit',
  414: 'requestURITooLong',
  415: 'badMediaType',
  417: 'expectationFailed',
  422: 'unprocessableEntity',
  431: 'requestHeaderFieldsTooLarge',
  500: 'instanceFault',
  501: 'notImplemented',
  503: 'serviceUnavailable',
}

/** The shape of every error below `/v1.0`. */
export const errorSchema = Type.Record(
  Type.String(),
  Type.Object({ code: Type.Integer(), message: Type.String() }, { additionalProperties: true }),
  { description: 'An object with one key, named after the status: badRequest, itemNotFound, conflict …' },
)

export const errorBody = (status: number, message: string, data: object = {}) => ({
  [names[status] ?? 'badRequest']: { code: status, message, ...data },
})

export const refusalBody = ({ status, message, data }: Refused) => errorBody(status, message, data)

/** The body that keystonemiddleware sends. Its shape differs from Trove's errors. */
export const unauthenticatedBody = {
  error: { code: 401, title: 'Unauthorized', message: 'The request you have made requires authentication.' },
}

/** Trove's sentence for a fault. The log line of the fault has the same id. */
export const faultMessage = (id: string) =>
  `Internal Server Error. Please keep this ID to help us figure out what went wrong: (${id}).`
