import type { Input } from '../client/client.ts'

/** The part of a create request that a file can have. */
export type InstanceBody = Input<'dryRunInstance'>['body']['instance']

/** Where something is in a file. Files that programs write, such as plans, have no useful lines. */
export type PlaceInFile = Readonly<{ path: string; line?: number; column?: number }>

/** What a file asks of the API. */
export type Request = Readonly<
  | {
      kind: 'create'
      body: InstanceBody
      /** True where a flavor can be given by name, as in Heat. Terraform passes on what it is given. */
      isFlavorByName: boolean
    }
  | { kind: 'resize'; instanceId: string; flavorId: string }
  /** It cannot be asked. The reason follows a colon. */
  | { kind: 'none'; reason: string }
>

/** An instance that a file creates or changes. */
export type RequestedInstance = Readonly<{
  /** Its name in the file: unique there. */
  address: string
  place: PlaceInFile
  request: Request
  /** Undefined for a file that does not say it. */
  region: string | undefined
  /** What the request leaves out because the file does not say it, such as 'size is known after apply'. */
  omissions: readonly string[]
  /** The field in which the flavor is written: 'flavor_id' or 'flavor'. */
  flavorField: string
}>

/** Sent instead of the passwords of a file, because a check does not need them. */
export const passwordSubstitute = 'password-is-not-sent'
/** Sent when the name is not known yet. The API requires one, and does not judge it otherwise. */
export const nameSubstitute = 'name-is-not-known'
/** Sent when the size of the volume is not known yet. */
export const sizeSubstitute = 1
