import { type GateOperation, gateOperations } from '../../src/model/gate-operation.ts'
import type { AskedHardware } from '../../src/rules/gate/asked-hardware.ts'
import { readRequest } from '../../src/rules/gate/read-request.ts'
import type { Version } from './gate-bench.ts'
import type { GeneratedRequest } from './gate-requests.ts'

/** Compares what Trove understood of a request with what the gate admitted for it. */

/** A server that a request asks for; a new one has no instance. */
export type Server = Readonly<{ instance: string | null; cluster: string | null; version: string; flavor: string }>

/** A line of `trove-giving.py`. */
export type Understood = Readonly<{
  /** The id under which the gate passed the request on; null if it came in another way. */
  decision: string | null
  /** The place of the request among those that were generated. */
  request: string | null
  method: string
  path: string
  operation: GateOperation
  hardware: readonly Server[]
  volumeTypes: readonly string[]
}>

/** What the gate recorded under one id before it passed the request on. */
export type Admitted = Readonly<{ operation: string; outcome: string } & Server>

/** What the versions of `gate-bench.ts` allow. */
export type Policies = Readonly<{ versionOf(id: string): Version | undefined; fastTypes: readonly string[] }>

export const isJudged = ({ operation }: Pick<Understood, 'operation'>): boolean =>
  gateOperations[operation] === 'judged'

const keyOf = ({ operation, instance, cluster, version, flavor }: Server & { operation: string }) =>
  JSON.stringify([operation, instance, cluster, version, flavor])

const sorted = (keys: readonly string[]) => [...new Set(keys)].sort()

/**
 * Says how something that Trove understood came past the gate; undefined if the gate admitted exactly that.
 *
 * @param admitted what the gate recorded under the id of the decision
 * @param generated the request as it was generated
 */
export function problemOf(
  understood: Understood,
  admitted: readonly Admitted[],
  generated: GeneratedRequest | undefined,
  policies: Policies,
): string | undefined {
  const { operation, hardware, volumeTypes } = understood
  if (admitted.length === 0) return 'not judged'
  const unasked = admitted.find(({ outcome }) => outcome !== 'admitted' && outcome !== 'warned')
  if (unasked) return `admitted as ${unasked.outcome}`
  const theirs = sorted(hardware.map(server => keyOf({ operation, ...server })))
  const ours = sorted(admitted.map(keyOf))
  if (JSON.stringify(theirs) !== JSON.stringify(ours)) return `judged as ${ours}, understood as ${theirs}`
  const types = generated && judgedTypes(generated, operation)
  if (types && JSON.stringify(sorted(types)) !== JSON.stringify(sorted(volumeTypes)))
    return `judged with the volume types ${types}, understood with ${volumeTypes}`
  return hardware.map(server => breach(server, volumeTypes, policies)).find(each => each !== undefined)
}

/** The volume types that the gate read; undefined if it read no request for hardware. */
function judgedTypes(request: GeneratedRequest, operation: GateOperation): readonly string[] | undefined {
  const { method, path, query, headers, body } = request
  const reading = readRequest({
    // Of a whole URL, the gate and Trove both read the path.
    ...{
      method,
      path: path.replace(/^https?:\/\/[^/]*/i, ''),
      query,
      contentType: headers['Content-Type'],
      contentEncoding: headers['Content-Encoding'],
    },
    body: Buffer.from(body, 'base64'),
  })
  if (reading.kind !== 'asks') return []
  // Trove ignores the volume type of a new member.
  return operation === 'cluster_grow' ? [] : typesIn(reading.ask)
}

const typesIn = (ask: AskedHardware): readonly string[] => {
  if (ask.operation === 'create' || ask.operation === 'restore') return [ask.volume?.type ?? []].flat()
  if (ask.operation !== 'cluster_create') return []
  return [...ask.members.flatMap(({ volume }) => volume?.type ?? []), ...ask.furtherVolumeTypes]
}

/** The rules of the versions once more, so that a wrong decision is found as well. */
function breach({ version, flavor }: Server, types: readonly string[], policies: Policies): string | undefined {
  const name = policies.versionOf(version)
  if (name === undefined) return `unknown version ${version}`
  if (name === 'strict' && !['2', '4'].includes(flavor)) return `flavor ${flavor} is not allowed`
  const isWrongType = (type: string) => !policies.fastTypes.includes(type)
  return name === 'typed' && types.some(isWrongType) ? `volume types ${types} are not allowed` : undefined
}
