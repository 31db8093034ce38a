import type { Static, TObject, TSchema } from 'typebox'
import type { Caller, TokenUser } from '../model/caller.ts'
import type { Actor } from '../model/policy-event.ts'
import type { Ports } from '../ports/ports.ts'
import type { PolicyName } from '../rules/access/default-policies.ts'
import type { Reader } from './datastores/view.ts'
import type { Decisions } from './gate/decide.ts'

/** The input of an endpoint. Every check that does not depend on the subject has passed before. */
export type Call<Param extends string = never, Query = unknown, Body = unknown> = Readonly<{
  ports: Ports
  caller: Caller
  actor: Actor
  /** The reader of the response, and the base of its links. */
  reader: Reader
  /** The named parameters of the path. */
  params: Readonly<Record<Param, string>>
  /** Matches the query schema. */
  query: Query
  /** Matches the body schema; unknown if the endpoint has none. */
  body: Body
  /** URL of the request: scheme, host, path and query, as the client wrote them. */
  url: URL
  /** How requests to Trove are decided. */
  decisions: Decisions
  /** Makes a caller of a user, by the access policy that says who is an admin. */
  callerOf(user: TokenUser): Caller
  /** Throws a refusal if the access policy does not admit the caller. */
  requirePolicy(policy: PolicyName): void
  /** The rate limits of the project, as entries of `/limits`. */
  rates(): readonly Readonly<{ verb: string }>[]
}>

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

/** The type of a value that matches a schema. */
export type View<Schema extends TSchema> = DeepReadonly<Static<Schema>>

type Reply = readonly [status: number, schema: TSchema | null]
type RunResult<R extends Reply, Empty> = R[1] extends TSchema
  ? Promise<View<R[1]> | (Empty extends number ? undefined : never)>
  : Promise<void>

export type MadeFrom = 'rows' | 'rows and flavors'

type EndpointFacts = Readonly<{
  operationId: string
  summary: string
  /** Access policies of single actions in the body, in addition to the route's own. */
  actionPolicies?: readonly PolicyName[]
  query?: TObject
  body?: TSchema
  /** Status and body schema of a success; null for an empty body. */
  answers: Reply
  /**
   * Everything that the answers of a reading endpoint are made from, apart from the request, the caller and the second of
   * the day. They are then remembered. Undefined if there is something else.
   */
  madeFrom?: MadeFrom
  /** How to try the request, if not with the query parameter `dry_run`. */
  dryRunAdvice?: string
  /** The status of a dry run, if that of the change means that something was created. */
  dryRunStatus?: number
  /** True if the body contains the body of another request: as large as that may be, in base64. */
  wrapsRequest?: boolean
  /** The size of a body that is accepted even if it is above the configured limit; only with a valid token. */
  bodyBytesMax?: number
  /** The status when `run` returns nothing although the answer has a body: where one form of a request expects none. */
  emptyStatus?: number
}>

/** The implementation of a route, without its URL. The path must contain every parameter that the endpoint reads. */
export type Endpoint<Param extends string> = EndpointFacts &
  Readonly<{
    /** @returns the response body; undefined if it is empty */
    run: (call: Call<Param>) => Promise<unknown>
  }>

/**
 * Ties the schemas of an endpoint to its function: `run` receives a query and a body that match their schemas, and must
 * return a value that matches the response schema. Tests compare real responses with that schema; the server does not.
 */
export function endpoint<
  const R extends Reply,
  const Param extends string = never,
  Query extends TObject = TObject<Record<never, never>>,
  Body extends TSchema | undefined = undefined,
  Empty extends number | undefined = undefined,
>(
  parts: Omit<EndpointFacts, 'query' | 'body' | 'answers' | 'emptyStatus'> &
    Readonly<{
      /** The path parameters that `run` reads. */
      params?: readonly Param[]
      query?: Query
      body?: Body
      answers: R
      emptyStatus?: Empty
      run: (
        call: Call<Param, Readonly<Static<Query>>, Body extends TSchema ? DeepReadonly<Static<Body>> : unknown>,
      ) => RunResult<R, Empty>
    }>,
): Endpoint<Param> {
  // The cast is safe, because the framework validates query and body before it calls `run`.
  return parts as Endpoint<Param>
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A row of the route table. Paths are below `/v1.0/:project`. */
export type Route = Endpoint<string> & Readonly<{ method: Method; path: string; policy: PolicyName }>

/** The names of the path parameters, each written after a colon. */
type ParamsOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParamsOf<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

const row =
  (method: Method) =>
  <const Path extends string>(path: Path, policy: PolicyName, endpoint: Endpoint<ParamsOf<Path>>): Route => ({
    ...(endpoint as Endpoint<string>),
    method,
    path,
    policy,
  })

export const [get, post, put, patch, del] = [row('GET'), row('POST'), row('PUT'), row('PATCH'), row('DELETE')]
