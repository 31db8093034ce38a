import type { Static, TObject, TSchema } from 'typebox'
import type { Caller } from '../model/caller.ts'
import type { Actor } from '../model/policy-event.ts'
import type { Ports } from '../ports/ports.ts'
import type { PolicyName } from '../rules/access/access.ts'
import type { Reader } from './datastores/view.ts'

/** What an endpoint works with, after every check that needs no knowledge of its subject. */
export type Call<Param extends string = never, Query = unknown, Body = unknown> = Readonly<{
  ports: Ports
  caller: Caller
  actor: Actor
  /** Who reads the answer, and where its links lead. */
  reader: Reader
  /** The parts of the path that have a name. */
  params: Readonly<Record<Param, string>>
  /** As the schema of the query has it. */
  query: Query
  /** As the schema of the body has it; unknown where there is none. */
  body: Body
  /** The requested URL: scheme, host, path and query, as the client wrote them. */
  url: URL
  /** Throws the refusal of a policy that the caller does not pass. */
  requirePolicy(policy: PolicyName): void
  /** How often the project may ask, as entries of `/limits`. */
  rates(): readonly Readonly<{ verb: string }>[]
}>

type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T

/** What a view makes for a schema. */
export type View<Schema extends TSchema> = DeepReadonly<Static<Schema>>

type Reply = readonly [status: number, schema: TSchema | null]
type Answered<R extends Reply, Empty> = R[1] extends TSchema
  ? Promise<View<R[1]> | (Empty extends number ? undefined : never)>
  : Promise<void>

type Described = Readonly<{
  operationId: string
  summary: string
  /** Policies that apply to single actions of the body, besides the route's own. */
  actionPolicies?: readonly PolicyName[]
  /** What the query may have. */
  query?: TObject
  body?: TSchema
  /** The status and body of a good answer; null where the body is empty. */
  answers: Reply
  /** The status when `run` returns nothing although the answer has a body: where one form of a request expects none. */
  emptyStatus?: number
}>

/** What answers a route, apart from its URL. A path has to have every parameter that it reads. */
export type Endpoint<Param extends string> = Described &
  Readonly<{
    /** @returns the body of the answer; nothing where it is empty */
    run: (call: Call<Param>) => Promise<unknown>
  }>

/**
 * Ties the schemas of an endpoint to what it does: `run` is given what the schemas of query and body let through, and has to
 * return what the schema of the answer says. Tests compare real answers with that schema; the server does not.
 */
export function endpoint<
  const R extends Reply,
  const Param extends string = never,
  Query extends TObject = TObject<Record<never, never>>,
  Body extends TSchema | undefined = undefined,
  Empty extends number | undefined = undefined,
>(
  parts: Omit<Described, 'query' | 'body' | 'answers' | 'emptyStatus'> &
    Readonly<{
      /** The parameters of the path that are read. */
      params?: readonly Param[]
      query?: Query
      body?: Body
      answers: R
      emptyStatus?: Empty
      run: (
        call: Call<Param, Readonly<Static<Query>>, Body extends TSchema ? DeepReadonly<Static<Body>> : unknown>,
      ) => Answered<R, Empty>
    }>,
): Endpoint<Param> {
  // The framework has compared query and body with the schemas before it calls.
  return parts as Endpoint<Param>
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A row of the route table. Paths are below `/v1.0/:project`. */
export type Route = Endpoint<string> & Readonly<{ method: Method; path: string; policy: PolicyName }>

/** The names after colons. */
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
