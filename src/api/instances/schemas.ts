import { type TSchema, Type } from 'typebox'
import { database, user } from '../contents/schemas.ts'
import { hasDatabases } from '../datastores/schemas.ts'
import { flavor, flavorFields, judgedExample, verdict } from '../flavors/schemas.ts'
import type { View } from '../route.ts'
import { date, flavorRef, hasAlphanumeric, linkList, nonEmpty, orNull, volumeSize } from '../schema-parts.ts'

const access = Type.Object({
  is_public: Type.Optional(Type.Boolean()),
  allowed_cidrs: Type.Optional(Type.Array(Type.String())),
})

export const createInstance = Type.Object({
  instance: Type.Object({
    name: nonEmpty({ pattern: hasAlphanumeric }),
    flavorRef: Type.Optional(flavorRef),
    volume: Type.Optional(
      Type.Object({
        size: volumeSize,
        type: Type.Optional(orNull(Type.String({ description: 'Name or id of a volume type.' }))),
      }),
    ),
    datastore: Type.Optional(
      Type.Object({
        type: Type.Optional(nonEmpty()),
        version: Type.Optional(nonEmpty()),
        version_number: Type.Optional(nonEmpty()),
      }),
    ),
    databases: Type.Optional(Type.Array(database)),
    users: Type.Optional(Type.Array(user)),
    availability_zone: Type.Optional(Type.String()),
    region_name: Type.Optional(orNull(Type.String({ description: 'Only the region of this service is known.' }))),
    nics: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }), { maxItems: 1 })),
    access: Type.Optional(access),
  }),
})

export const changeInstance = Type.Object({
  instance: Type.Object({
    name: Type.Optional(nonEmpty({ pattern: hasAlphanumeric })),
    replica_of: Type.Optional(Type.Unknown()),
    slave_of: Type.Optional(Type.Unknown()),
    configuration: Type.Optional(Type.Unknown()),
    datastore_version: Type.Optional(
      Type.String({ minLength: 1, description: 'Id or name of the version to upgrade to.' }),
    ),
    access: Type.Optional(Type.Unknown()),
  }),
})

export type ChangeInstance = View<typeof changeInstance>

const noArgument = Type.Optional(orNull(Type.Object({})))

export const instanceAction = Type.Object(
  {
    restart: Type.Optional(Type.Object({})),
    resize: Type.Optional(
      Type.Object({
        flavorRef: Type.Optional(flavorRef),
        volume: Type.Optional(Type.Object({ size: volumeSize })),
      }),
    ),
    reset_status: noArgument,
    force_delete: noArgument,
    promote_to_replica_source: noArgument,
    eject_replica_source: noArgument,
  },
  { description: 'Exactly one key is required. `reset_status` and `force_delete` require the admin role.' },
)

export type InstanceAction = View<typeof instanceAction>

export const managedInstanceAction = Type.Object(
  {
    'reset-task-status': noArgument,
    reboot: noArgument,
    stop: noArgument,
    migrate: Type.Optional(Type.Unknown()),
    rebuild: Type.Optional(Type.Unknown()),
  },
  { description: 'Exactly one key is required.' },
)

export type ManagedInstanceAction = View<typeof managedInstanceAction>

const includeDeleted = Type.Optional(Type.String({ description: '`true`: include deleted instances.' }))
const pageQuery = {
  limit: Type.Optional(Type.String({ description: 'Maximum number of instances per page; at most 20.' })),
  marker: Type.Optional(Type.String({ description: 'Marker from the link to the next page.' })),
  include_clustered: Type.Optional(Type.String({ description: '`true`: include instances that belong to a cluster.' })),
}

/** Query parameters of the lists of instances. */
export const instancesQuery = Type.Object(pageQuery)
export const managedInstancesQuery = Type.Object({
  ...pageQuery,
  deleted: Type.Optional(Type.String({ description: '`true`: list deleted instances instead of live ones.' })),
  project_id: Type.Optional(Type.String({ description: 'Only list instances of this project.' })),
  name: Type.Optional(
    Type.String({ description: 'Only list instances with this text in their name, in any letter case.' }),
  ),
  datastore: Type.Optional(Type.String({ description: 'Only list instances of this datastore, by id or name.' })),
  version: Type.Optional(
    Type.String({
      description: 'Only list instances of this datastore version, by id, or by name if `datastore` is set.',
    }),
  ),
})
export const managedInstanceQuery = Type.Object({ deleted: includeDeleted })

// Responses.

const reference = Type.Object({ id: Type.String(), links: linkList })

export const volume = Type.Object({
  size: Type.Integer({ description: 'GiB' }),
  type: Type.Optional(Type.String({ description: 'Name of the volume type, if known. Only in details.' })),
  used: Type.Optional(Type.Number({ description: 'Disk usage of data and log in GiB, as last measured.' })),
  used_percent: Type.Optional(Type.Number()),
  used_at: Type.Optional(Type.String({ description: 'Time of the measurement.' })),
  wal_size: Type.Optional(Type.Number({ description: 'Size of the write-ahead log in GiB. PostgreSQL only.' })),
})

const instanceFields = {
  id: Type.String(),
  name: Type.String(),
  status: Type.String({ description: 'BUILD, ACTIVE, REBOOT, RESIZE, SHUTDOWN, ERROR …' }),
  operating_status: Type.String({ description: 'HEALTHY if the database server runs; empty before the first start.' }),
  links: linkList,
  flavor: reference,
  datastore: Type.Object({
    type: orNull(Type.String()),
    version: orNull(Type.String()),
    version_number: Type.Optional(orNull(Type.String())),
    has_databases: hasDatabases,
  }),
  region: orNull(Type.String()),
  access: Type.Object({}, { additionalProperties: true }),
  tenant_id: Type.Optional(Type.String({ description: 'Admins only.' })),
  volume: Type.Optional(volume),
  hostname: Type.Optional(Type.String()),
  ip: Type.Optional(Type.Array(Type.String())),
  addresses: Type.Optional(
    Type.Array(Type.Object({ address: Type.String(), type: Type.String(), network: Type.String() })),
  ),
  port: Type.Optional(Type.Integer({ description: 'Port of the database server.' })),
  endpoint: Type.Optional(Type.Object({ host: Type.String(), port: Type.Integer() })),
  replica_of: Type.Optional(reference),
}

export const instance = Type.Object(instanceFields)

const isolation = Type.Object(
  {
    user: Type.Union([Type.Literal('own'), Type.Literal('shared'), Type.Literal('service')], {
      description:
        'The system user that its processes run as: its own, one shared by all instances, or the one of this service.',
    }),
    view: Type.Boolean({ description: 'Whether it only sees its own files and processes.' }),
    network: Type.Boolean({ description: 'Whether it is prevented from opening connections.' }),
    memory: Type.Boolean({ description: 'Whether the system limits its memory to that of its flavor.' }),
    cpu: Type.Boolean({ description: 'Whether the system limits its CPU to the vCPUs of its flavor.' }),
    processes: Type.Boolean({ description: 'Whether the system limits the number of its processes.' }),
  },
  { description: 'How its processes have been isolated since its last start. Admins only.' },
)

const instanceDetailFields = {
  ...instanceFields,
  created: date,
  updated: date,
  service_status_updated: orNull(date),
  task_description: Type.Optional(Type.String({ description: 'The current step of the worker.' })),
  fault: Type.Optional(
    Type.Object({
      message: Type.String(),
      created: date,
      details: orNull(Type.String({ description: 'Admins only.' })),
    }),
  ),
  warnings: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Warnings about its flavor. Only present when a single instance is shown.',
    }),
  ),
  cluster_id: Type.Optional(Type.String()),
  shard_id: Type.Optional(Type.String()),
  server_id: Type.Optional(orNull(Type.String())),
  volume_id: Type.Optional(orNull(Type.String())),
  encrypted_rpc_messaging: Type.Optional(Type.Boolean()),
  isolation: Type.Optional(isolation),
}

export const instanceDetail = Type.Object(instanceDetailFields)

export const managedInstance = Type.Object({
  ...instanceDetailFields,
  server: Type.Null(),
  service_status: Type.String(),
  deleted: Type.Boolean(),
  deleted_at: orNull(date),
  task_description: Type.String(),
})

const nextLinks = Type.Array(Type.Object({ rel: Type.Literal('next'), href: Type.String() }))

export const pageLinks = Type.Object({ links: Type.Optional(nextLinks), instances_links: Type.Optional(nextLinks) })

const paged = <Entry extends TSchema>(entry: Entry) =>
  Type.Object({ instances: Type.Array(entry), ...pageLinks.properties })

export const resizeTarget = Type.Object({
  ...flavorFields,
  verdict,
  current: Type.Boolean({ description: 'Whether the instance has this flavor.' }),
  resize: Type.Object({
    possible: Type.Boolean(),
    message: orNull(Type.String({ description: 'The error that a resize would return; null if it is possible.' })),
  }),
})

export const replies = {
  resizeTargets: Type.Object(
    {
      flavors: Type.Array(resizeTarget),
    },
    {
      examples: [
        {
          flavors: [
            {
              ...judgedExample,
              current: false,
              resize: {
                possible: false,
                message:
                  'Flavor 1 is not supported for datastore version 4ca7e035-97cb-4cfc-ad97-381f5dc18e99: it does not meet ram>=2048 (it has 512 MiB).',
              },
            },
          ],
        },
      ],
    },
  ),
  admission: Type.Object({
    verdict,
    instance: Type.Object({
      name: Type.String(),
      flavor,
      volume: Type.Object({
        size: Type.Integer(),
        type: orNull(Type.String({ description: 'Null means the default type of the volume service.' })),
      }),
      datastore: Type.Object({
        id: Type.String(),
        type: Type.String(),
        version: Type.String(),
        version_id: Type.String(),
        version_number: Type.String(),
      }),
      image: Type.Object({ id: Type.String(), name: Type.String() }),
    }),
  }),

  instances: paged(instance),
  instanceDetails: paged(instanceDetail),
  instance: Type.Object({ instance: instanceDetail }),
  managedInstances: paged(managedInstance),
  managedInstance: Type.Object({ instance: managedInstance }),
  actionAccepted: orNull(
    Type.Object(
      { warnings: Type.Array(Type.String()) },
      {
        description: 'The body is empty, except when the request was accepted with warnings.',
        examples: [
          {
            warnings: [
              'Flavor 1 is not supported for datastore version 4ca7e035-97cb-4cfc-ad97-381f5dc18e99: it does not meet ram>=2048 (it has 512 MiB). It is admitted anyway: this is only a warning.',
            ],
          },
        ],
      },
    ),
  ),
}
