import type { TObject, TSchema } from 'typebox'
import type { Caller } from '../model/caller.ts'
import type { Actor } from '../model/policy-event.ts'
import type { Ports } from '../ports/ports.ts'
import type { PolicyName } from '../rules/access.ts'
import type { Reader } from './views/datastore.ts'

/** What a route works with, after every check that needs no knowledge of the route's subject. */
export type Call = Readonly<{
  ports: Ports
  caller: Caller
  actor: Actor
  /** Who reads the answer, and where its links lead. */
  reader: Reader
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, string | undefined>>
  /** What was asked for: scheme, host, path and query, as the client wrote them. */
  url: URL
  body: unknown
  /** Throws the refusal of a policy that the caller does not pass. */
  requirePolicy(policy: PolicyName): void
  /** How often the project may ask, as entries of `/limits`. */
  rates(): readonly object[]
}>

export type Answer = Readonly<{ status: number; body?: unknown }>

export const ok = (body: object): Answer => ({ status: 200, body })
export const accepted: Answer = { status: 202 }
/** Accepted, with what there is to say besides, in sentences. */
export const acceptedWith = (warnings: readonly string[]): Answer =>
  warnings.length > 0 ? { ...accepted, body: { warnings } } : accepted

/** A row of the route table. Paths are below `/v1.0/:project`. */
export type Route = Readonly<{
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  policy: PolicyName
  /** Policies that what the body asks for may have besides. */
  actionPolicies?: readonly PolicyName[]
  operationId: string
  summary: string
  /** What the query may say besides what every list understands. */
  query?: TObject
  body?: TSchema
  /** The good answer's status and shape; null where the body is empty. */
  answers: readonly [status: number, shape: TSchema | null]
  run(call: Call): Promise<Answer>
}>
