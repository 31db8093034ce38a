import type { FlavorId, InstanceId, ProjectId } from '../../model/ids.ts'
import type { Refused } from '../../model/refused.ts'

/**
 * What a request to Trove asks for: hardware of which size, for whom. `read-request.ts` reads it from a request, and an
 * operation judges it. All values are what Trove understands: ids are taken from URLs, numbers from texts of digits.
 */

/** A request as it arrived, with nothing decoded. */
export type GateRequest = Readonly<{
  method: string
  /** The path of the request line, with its version and project, percent-encoded as it came, without the query. */
  path: string
  /** The query as it came, without the question mark; empty if there is none. */
  query: string
  /** The header Content-Type; if the request has several, all values joined by ', '. Undefined without the header. */
  contentType: string | undefined
  /** The header Content-Encoding, likewise. */
  contentEncoding: string | undefined
  /** The body after a transfer encoding was removed, and before a content encoding is: the bytes that Trove will get. */
  body: Uint8Array
}>

/** What must be known to decide whether a body has to be read: see `needsBody`. */
export type GateRequestLine = Pick<GateRequest, 'method' | 'path' | 'query'>

/** The reading of a request. */
export type GateReading =
  /** It asks for no hardware, or Trove itself refuses it. Pass it on as it arrived. */
  | Readonly<{ kind: 'passes' }>
  /** Trove could understand it differently than we do: answer with the refusal, which says how to send it instead. */
  | Readonly<{ kind: 'ambiguous'; refused: Refused }>
  /** It asks for hardware, and can be understood in one way only. Pass on exactly the bytes that were read. */
  | Readonly<{ kind: 'asks'; project: ProjectId; ask: AskedHardware }>

/**
 * A flavor as Trove understands it: an id, even if the request contains a number or a URL. If the request contains no
 * flavor, it is `None`, which Trove then looks up in Nova.
 */
export type AskedFlavor = FlavorId

/**
 * A datastore and version, each by name or id, as they came. Trove's default counts for what is undefined. Compare them
 * as Trove does: in its database, with the collation of the columns.
 */
export type AskedDatastore = Readonly<{
  type: string | undefined
  version: string | undefined
  /** Selects between versions of one name; ignored by Trove if `version` is an id. */
  versionNumber: string | undefined
}>

/** A volume. `type` is a name or id of a volume type; undefined means Trove's default. */
export type AskedVolume = Readonly<{ sizeGb: number | undefined; type: string | undefined }>

/** A member of a cluster. A region is only given if the request has one: Trove then creates it in that region. */
export type AskedMember = Readonly<{
  flavor: AskedFlavor
  volume: AskedVolume | undefined
  region: string | undefined
}>

type AskedInstance = AskedMember & Readonly<{ datastore: AskedDatastore }>

/** What is asked, by operation. */
export type AskedHardware =
  | (Readonly<{ operation: 'create' }> & AskedInstance)
  /** The flavor, volume and version of the source count. `count` is at least 1. */
  | Readonly<{ operation: 'replica'; sourceId: InstanceId; count: number; region: string | undefined }>
  /** The requested version counts, not that of the backup. */
  | (Readonly<{ operation: 'restore'; backupId: string }> & AskedInstance)
  | Readonly<{ operation: 'resize'; instanceId: InstanceId; flavor: AskedFlavor }>
  /** `version`: a name or id; looked up in the datastore of the instance. */
  | Readonly<{ operation: 'upgrade'; instanceId: InstanceId; version: string }>
  | Readonly<{
      operation: 'cluster_create'
      datastore: AskedDatastore
      members: readonly AskedMember[]
      /** Volume types of servers that a cluster adds by itself: MongoDB's configuration servers and routers. */
      furtherVolumeTypes: readonly string[]
    }>
  | Readonly<{ operation: 'cluster_grow'; clusterId: string; members: readonly AskedMember[] }>
  /** The flavor and volume of the cluster's members count. */
  | Readonly<{ operation: 'cluster_add_shard'; clusterId: string }>
  /** `version`: a name or id; looked up in the datastore of the cluster. */
  | Readonly<{ operation: 'cluster_upgrade'; clusterId: string; version: string }>
  | Readonly<{ operation: 'grow_volume'; instanceId: InstanceId; sizeGb: number | undefined }>
  | Readonly<{ operation: 'rebuild'; instanceId: InstanceId; imageId: string | undefined }>
  | Readonly<{ operation: 'migrate'; instanceId: InstanceId; host: string | undefined }>
