/**
 * Every key of trove.conf that is read. Trove's own keys keep their section, meaning and default; ours stand in
 * `[trovets]`. `docs/reference/configuration.md` lists them, and a test compares the two.
 */
export type Option = Readonly<{
  section: string
  key: string
  kind: 'text' | 'whole number' | 'flag'
  /** What holds in a trove.conf that does not say. */
  fallback: string | undefined
  /** What holds without any trove.conf, where that is something else; `{data_dir}` is filled in. */
  embedded?: string
  min?: number
  says: string
}>

export const options = {
  bindHost: {
    section: 'DEFAULT',
    key: 'bind_host',
    kind: 'text',
    fallback: '0.0.0.0',
    embedded: '127.0.0.1',
    says: 'Address that the API listens on.',
  },
  bindPort: {
    section: 'DEFAULT',
    key: 'bind_port',
    kind: 'whole number',
    fallback: '8779',
    min: 0,
    says: 'Port that the API listens on; 0 takes a free one.',
  },
  debug: { section: 'DEFAULT', key: 'debug', kind: 'flag', fallback: 'false', says: 'Log at debug level.' },
  region: {
    section: 'DEFAULT',
    key: 'os_region_name',
    kind: 'text',
    fallback: 'RegionOne',
    says: 'Region that the catalogue and instances name.',
  },
  defaultDatastore: {
    section: 'DEFAULT',
    key: 'default_datastore',
    kind: 'text',
    fallback: undefined,
    embedded: 'postgresql',
    says: 'Id or name of the datastore for requests that name none.',
  },
  instancesMax: {
    section: 'DEFAULT',
    key: 'max_instances_per_tenant',
    kind: 'whole number',
    fallback: '10',
    min: -1,
    says: 'Instances a project may have; -1 for no limit.',
  },
  ramMbMax: {
    section: 'DEFAULT',
    key: 'max_ram_per_tenant',
    kind: 'whole number',
    fallback: '-1',
    min: -1,
    says: 'Memory in MiB a project may use; -1 for no limit.',
  },
  volumesGbMax: {
    section: 'DEFAULT',
    key: 'max_volumes_per_tenant',
    kind: 'whole number',
    fallback: '40',
    min: -1,
    says: 'Volume space in GiB a project may use; -1 for no limit.',
  },
  backupsMax: {
    section: 'DEFAULT',
    key: 'max_backups_per_tenant',
    kind: 'whole number',
    fallback: '50',
    min: -1,
    says: 'Backups a project may have; -1 for no limit.',
  },
  volumeSizeGbMax: {
    section: 'DEFAULT',
    key: 'max_accepted_volume_size',
    kind: 'whole number',
    fallback: '10',
    min: 1,
    says: 'Largest volume, in GiB, that an instance may ask for.',
  },
  getRate: {
    section: 'DEFAULT',
    key: 'http_get_rate',
    kind: 'whole number',
    fallback: '200',
    min: 1,
    says: 'GET requests a project may make in a minute.',
  },
  postRate: {
    section: 'DEFAULT',
    key: 'http_post_rate',
    kind: 'whole number',
    fallback: '200',
    min: 1,
    says: 'POST requests a project may make in a minute.',
  },
  putRate: {
    section: 'DEFAULT',
    key: 'http_put_rate',
    kind: 'whole number',
    fallback: '200',
    min: 1,
    says: 'PUT requests a project may make in a minute.',
  },
  deleteRate: {
    section: 'DEFAULT',
    key: 'http_delete_rate',
    kind: 'whole number',
    fallback: '200',
    min: 1,
    says: 'DELETE requests a project may make in a minute.',
  },
  mgmtPostRate: {
    section: 'DEFAULT',
    key: 'http_mgmt_post_rate',
    kind: 'whole number',
    fallback: '200',
    min: 1,
    says: 'POST requests to /mgmt a project may make in a minute.',
  },
  connection: {
    section: 'database',
    key: 'connection',
    kind: 'text',
    fallback: undefined,
    embedded: 'sqlite:///{data_dir}/trove.sqlite',
    says: 'The database as a SQLAlchemy URL: `mysql+pymysql://…`, `postgresql://…` or `sqlite:///…`.',
  },
  poolSizeMax: {
    section: 'database',
    key: 'max_pool_size',
    kind: 'whole number',
    fallback: '5',
    min: 1,
    says: 'Connections that one process keeps to the database at most.',
  },
  bodyBytesMax: {
    section: 'oslo_middleware',
    key: 'max_request_body_size',
    kind: 'whole number',
    fallback: '114688',
    min: 1,
    says: 'Largest request body in bytes.',
  },
  rateLimits: {
    section: 'trovets',
    key: 'rate_limits',
    kind: 'flag',
    fallback: 'true',
    embedded: 'false',
    says: 'Whether the rates above are enforced.',
  },
  flavorsFile: {
    section: 'trovets',
    key: 'flavors_file',
    kind: 'text',
    fallback: '{data_dir}/flavors.yaml',
    says: 'The catalogue of flavors; read again when it changes.',
  },
  identityFile: {
    section: 'trovets',
    key: 'identity_file',
    kind: 'text',
    fallback: '{data_dir}/identity.json',
    says: 'Users, projects and roles of the embedded identity.',
  },
  tokenLifeSeconds: {
    section: 'trovets',
    key: 'token_expiration',
    kind: 'whole number',
    fallback: '3600',
    min: 1,
    says: 'How long a token of the embedded identity lives, in seconds.',
  },
  requestTimeoutSeconds: {
    section: 'trovets',
    key: 'request_timeout',
    kind: 'whole number',
    fallback: '30',
    min: 1,
    says: 'Deadline of a request in seconds; after it the answer is 503.',
  },
  urlLengthMax: {
    section: 'trovets',
    key: 'max_url_length',
    kind: 'whole number',
    fallback: '4096',
    min: 64,
    says: 'Longest URL in characters.',
  },
  headerBytesMax: {
    section: 'trovets',
    key: 'max_header_size',
    kind: 'whole number',
    fallback: '16384',
    min: 1024,
    says: 'Largest request head (request line and headers) in bytes.',
  },
} as const satisfies Record<string, Option>
