import { parseImageTags } from '../model/datastore-version.ts'
import { deleteDatastore } from '../operations/datastores/delete-datastore.ts'
import { findDatastore } from '../operations/datastores/find-datastore-version.ts'
import { listDatastores } from '../operations/datastores/list-datastores.ts'
import {
  deleteDatastoreVersion,
  listManagedVersions,
  updateDatastore,
  upsertDatastoreVersion,
} from '../operations/datastores/manage-datastore-versions.ts'
import { operator } from '../operations/datastores/visible-datastores.ts'
import { type Command, UsageError } from './command.ts'
import { dryRunOutput, isDryRun, moodOf } from './dry-run.ts'
import { namedVersion } from './flavor-commands.ts'
import { deleteIfExists } from './repeatable.ts'

type Run = Command['run']

export const datastoreList: Run = async context => {
  const datastores = await listDatastores(await context.ports(), operator)
  return {
    columns: ['ID', 'Name', 'Default Version', 'Versions'],
    rows: datastores.map(({ datastore, versions }) => [
      datastore.id,
      datastore.name,
      versions.find(version => version.id === datastore.defaultVersionId)?.name ?? datastore.defaultVersionId,
      versions.length,
    ]),
  }
}

export const datastoreUpdate: Run = async (context, { args }) => {
  const input = { name: args.datastore_name!, defaultVersion: args.default_version! }
  const { created } = await updateDatastore(await context.ports(), input)
  return [`Datastore '${input.name}' ${created ? 'added' : 'updated'}.`]
}

export const datastoreDelete: Run = (context, input) =>
  deleteIfExists(input, async () => {
    const name = input.args.datastore_name!
    await deleteDatastore(await context.ports(), context.actor, operator, name)
    return [`Datastore '${name}' deleted.`]
  })

export const datastoreVersionList: Run = async (context, { args }) => {
  const ports = await context.ports()
  const only =
    args.datastore_name === undefined ? undefined : await findDatastore(ports.stores, operator, args.datastore_name)
  const versions = await listManagedVersions(ports)
  return {
    columns: ['ID', 'Datastore', 'Name', 'Version', 'Active', 'Default', 'Manager', 'Image', 'Image Tags'],
    rows: versions
      .filter(({ datastore }) => only === undefined || datastore.id === only.id)
      .map(({ version, datastore }) => [
        version.id,
        datastore.name,
        version.name,
        version.version,
        version.active,
        datastore.defaultVersionId === version.id,
        version.manager,
        version.imageId,
        version.imageTags.join(','),
      ]),
  }
}

/** What becomes of a version, at the end of a sentence. */
const versionWords = {
  added: { done: 'added', would: 'would be added' },
  updated: { done: 'updated', would: 'would be updated' },
  deleted: { done: 'deleted', would: 'would be deleted' },
} as const

export const datastoreVersionUpdate: Run = async (context, input) => {
  const { args, options } = input
  if (args.active !== '0' && args.active !== '1')
    throw new UsageError(`argument active: expected 0 or 1, found '${args.active}'`)
  const changeIfText = <K extends string>(key: K, value: unknown) =>
    typeof value === 'string' ? ({ [key]: value } as Record<K, string>) : {}
  const dryRun = isDryRun(input)
  const { created, changes } = await upsertDatastoreVersion(await context.ports(), context.actor, {
    datastoreName: args.datastore!,
    name: args.version_name!,
    number: typeof options.version === 'string' ? options.version : undefined,
    changes: {
      manager: args.manager!,
      imageId: args.image_id!,
      packages: args.packages!,
      active: args.active === '1',
      imageTags: typeof options.imageTags === 'string' ? parseImageTags(options.imageTags) : [],
      ...changeIfText('registryExt', options.registryExt),
      ...changeIfText('replStrategy', options.replStrategy),
    },
    isDryRun: dryRun,
  })
  const words = versionWords[created ? 'added' : 'updated'][moodOf(input)]
  return dryRunOutput([`Datastore version '${args.version_name}' ${words}.`], dryRun, changes)
}

export const datastoreVersionDelete: Run = (context, input) =>
  deleteIfExists(input, async () => {
    const ports = await context.ports()
    const version = await namedVersion(ports.stores, input)
    await deleteDatastoreVersion(ports, context.actor, version.id, { isDryRun: isDryRun(input) })
    const number = version.version === version.name ? '' : ` with the number ${version.version}`
    const words = versionWords.deleted[moodOf(input)]
    return dryRunOutput([`Datastore version '${version.name}'${number} ${words}.`], isDryRun(input), true)
  })
