import { serviceStatuses } from '../../model/datastore-status.ts'
import type { DiskUse, Instance } from '../../model/instance.ts'
import { naiveUtc } from '../../model/naive-utc.ts'
import type { InstanceDetail, InstancePage } from '../../operations/instances/list-instances.ts'
import { operatingStatusOf, statusOf } from '../../rules/instance/instance-status.ts'
import { hasDatabasesView, type Reader } from '../datastores/view.ts'
import { links } from '../links.ts'
import type { View } from '../route.ts'
import type * as schemas from './schemas.ts'

const bytesPerGb = 1024 ** 3
const rounded = (value: number) => Math.round(value * 100) / 100

/** An instance in a list (trove@4cdc0cd instance/views.py, InstanceView). */
export function instanceView(
  reader: Reader,
  { instance, datastore, version, use }: InstanceDetail,
): View<typeof schemas.instance> {
  return {
    id: instance.id,
    name: instance.name,
    status: statusOf(instance),
    operating_status: operatingStatusOf(instance),
    links: links(reader, 'instances', instance.id),
    flavor: { id: instance.flavorId, links: links(reader, 'flavors', instance.flavorId) },
    datastore: { type: datastore?.name ?? null, version: version?.name ?? null },
    region: instance.regionId,
    access: accessView(instance),
    ...(reader.isAdmin ? { tenant_id: instance.projectId } : {}),
    ...(instance.volumeSizeGb === null
      ? {}
      : { volume: volumeView(instance.volumeSizeGb, use, instance.intent?.walBytes ?? null) }),
    ...addressView(instance),
    ...(instance.replicaOfId
      ? { replica_of: { id: instance.replicaOfId, links: links(reader, 'instances', instance.replicaOfId) } }
      : {}),
  }
}

type VolumeView = View<typeof schemas.volume>

const volumeView = (sizeGb: number, use: DiskUse | undefined, walBytes: number | null): VolumeView => ({
  size: sizeGb,
  ...(use === undefined
    ? {}
    : {
        used: rounded(use.bytes / bytesPerGb),
        used_percent: rounded((use.bytes / bytesPerGb / sizeGb) * 100),
        used_at: naiveUtc(new Date(use.atMs)),
        ...(walBytes === null ? {} : { wal_size: rounded(walBytes / bytesPerGb) }),
      }),
})

/** The access that the tenant has set, otherwise derived from the address. Empty while the instance has no address. */
const accessView = ({ access, intent }: Instance): object => access ?? (intent?.address ? { is_public: false } : {})

/** Trove's `ip` and `addresses`, plus `port` and `connection`, which Trove does not have. */
function addressView({ hostname, intent }: Instance) {
  if (hostname) return { hostname }
  const address = intent?.address
  if (!address) return {}
  const { host, port } = address
  return {
    ip: [host],
    addresses: [{ address: host, type: 'private', network: '' }],
    port,
    endpoint: { host, port },
  }
}

/**
 * Adds the volume type, which Trove does not show. It is unknown for an instance that Trove manages, and for one that was
 * created before this server stored the type.
 */
const typedVolume = (volume: VolumeView | undefined, { intent }: Instance) =>
  volume && intent?.volumeType ? { volume: { ...volume, type: intent.volumeType } } : {}

/** A single instance, or an entry of the list with details. */
export function instanceDetailView(reader: Reader, detail: InstanceDetail): View<typeof schemas.instanceDetail> {
  const { instance, version, fault, warnings } = detail
  const view = instanceView(reader, detail)
  return {
    ...view,
    datastore: {
      ...view.datastore,
      version_number: version?.version ?? null,
      ...hasDatabasesView(instance.intent?.manager ?? version?.manager),
    },
    ...typedVolume(view.volume, instance),
    created: naiveUtc(instance.created),
    updated: naiveUtc(instance.updated),
    service_status_updated: instance.serviceStatusUpdated && naiveUtc(instance.serviceStatusUpdated),
    ...(instance.intent && instance.taskDescription ? { task_description: instance.taskDescription } : {}),
    ...(fault
      ? {
          fault: {
            message: fault.message,
            created: naiveUtc(fault.created),
            details: reader.isAdmin ? fault.details : null,
          },
        }
      : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(instance.clusterId ? { cluster_id: instance.clusterId } : {}),
    ...(instance.shardId ? { shard_id: instance.shardId } : {}),
    ...(reader.isAdmin
      ? {
          server_id: instance.computeInstanceId,
          volume_id: instance.volumeId,
          encrypted_rpc_messaging: false,
          ...(instance.intent?.isolation ? { isolation: instance.intent.isolation } : {}),
        }
      : {}),
  }
}

/**
 * The administrator's view (trove@4cdc0cd extensions/mgmt/instances/views.py). `server` is null: there is no Nova
 * server.
 */
export const managedInstanceView = (reader: Reader, detail: InstanceDetail): View<typeof schemas.managedInstance> => ({
  ...instanceDetailView(reader, detail),
  server: null,
  service_status: serviceStatuses[detail.instance.serviceStatus].shown,
  deleted: detail.instance.deleted,
  deleted_at: detail.instance.deletedAt && naiveUtc(detail.instance.deletedAt),
  task_description: detail.instance.taskDescription ?? '',
})

/**
 * A page of instances, with links to the next page. The URL in `links` always has the scheme https, as in Trove. The
 * one in `instances_links` has the scheme of the request, because gophercloud follows it unchanged.
 */
export function instancesView<Shown>(
  url: URL,
  { instances, next }: InstancePage,
  view: (detail: InstanceDetail) => Shown,
): { instances: Shown[] } & View<typeof schemas.pageLinks> {
  const entries = { instances: instances.map(view) }
  if (next === undefined) return entries
  const href = new URL(url)
  href.searchParams.set('marker', next)
  const secure = href.href.replace(/^http:/, 'https:')
  return {
    ...entries,
    links: [{ rel: 'next', href: secure }],
    instances_links: [{ rel: 'next', href: href.href }],
  }
}
