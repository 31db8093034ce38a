import type { Datastore } from '../../model/datastore.ts'
import { Refused } from '../../model/refused.ts'
import type { Ports } from '../../ports/ports.ts'
import { refusal } from '../../rules/refusals.ts'
import { datastoreAlternatives, findDatastore, findVersion, versionAlternatives } from './find-datastore-version.ts'
import type { Viewer } from './visible-datastores.ts'

/** A datastore and version as a create request names them. */
export type RequestedDatastore = Readonly<{ type?: string; version?: string; version_number?: string }>

/**
 * Finds the datastore and version of a create request: the configured default datastore and its default version if the
 * request names none. Refuses what is unknown or inactive.
 */
export async function requestedVersion(
  { stores, settings }: Pick<Ports, 'stores' | 'settings'>,
  caller: Viewer,
  requested: RequestedDatastore,
) {
  const { type, version: idOrName, version_number: number } = requested
  const datastore =
    type === undefined ? await defaultDatastore(stores, caller, settings) : await findDatastore(stores, caller, type)
  if (idOrName === undefined && datastore.defaultVersionId === null)
    throw refusal.default_version_not_found({
      datastore: datastore.name,
      alternatives: await versionAlternatives(stores, caller, datastore),
    })
  const version = await findVersion(stores, caller, datastore, idOrName ?? datastore.defaultVersionId!, number)
  if (!version.active) throw refusal.datastore_version_inactive({ name: version.name })
  return { datastore, version }
}

async function defaultDatastore(
  stores: Ports['stores'],
  caller: Viewer,
  { defaultDatastore }: Ports['settings'],
): Promise<Datastore> {
  const alternatives = () => datastoreAlternatives(stores, caller)
  if (defaultDatastore === undefined) throw refusal.datastore_not_given({ alternatives: await alternatives() })
  try {
    return await findDatastore(stores, caller, defaultDatastore)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    throw refusal.default_datastore_not_found({ datastore: defaultDatastore, alternatives: await alternatives() })
  }
}
