import { refusals } from '../model/refused.ts'
import { type Alternatives, alternativesWords, notFound } from './alternatives.ts'

type None = Record<string, never>
/** What there is instead; undefined if nothing is to be added to Trove's sentence. */
type Instead = { alternatives?: Alternatives | undefined }
const listed = (names: readonly string[]) => `[${names.map(name => `'${name}'`).join(', ')}]`

/**
 * Words every refusal that is not about a flavor, a volume type or a datastore catalogue; those have a `refusals.ts` of
 * their own beside their rule. When to refuse is decided elsewhere: by the rules in this folder and by the operations.
 * Where Trove refuses the same thing, the sentence and the status are Trove's, even if the status looks wrong, because
 * clients match on them (trove@4cdc0cd common/exception.py, common/wsgi.py:311).
 */
export const refusal = refusals({
  // the request itself
  malformed_request: { status: 400, words: (_: None) => 'The request is not well-formed HTTP.' },
  request_too_slow: { status: 408, words: (_: None) => 'The request did not arrive in time.' },
  head_too_large: {
    status: 431,
    words: (f: { bytesMax: number }) => `The URL and the headers together are larger than ${f.bytesMax} bytes.`,
  },
  malformed_body: { status: 400, words: (_: None) => 'Malformed request body' },
  validation_failed: {
    status: 400,
    words: (f: { problems: readonly string[] }) => `Validation error: ${f.problems.join('; ')}`,
  },
  bad_url: { status: 400, words: (_: None) => 'The URL is not well-formed UTF-8.' },
  fragment_in_url: { status: 400, words: (_: None) => 'Invalid URL: it has a fragment. Encode # as %23.' },
  unsupported_media_type: {
    status: 415,
    words: (f: { mediaType: string }) => `The request media type ${f.mediaType} is not supported by this server.`,
  },
  content_encoding_unsupported: {
    status: 415,
    words: (f: { encoding: string }) =>
      `The content encoding ${f.encoding} is not supported by this server. Send the body without a content encoding.`,
  },
  expectation_unknown: {
    status: 417,
    words: (f: { expectation: string }) => `The expectation '${f.expectation}' is not supported by this server.`,
  },
  body_too_large: {
    status: 413,
    words: (f: { bytesMax: number }) => `The request body is larger than ${f.bytesMax} bytes.`,
  },
  url_too_long: {
    status: 414,
    words: (f: { lengthMax: number }) => `The URL is longer than ${f.lengthMax} characters.`,
  },
  route_not_found: { status: 404, words: (_: None) => 'The resource could not be found.' },
  version_not_acceptable: {
    status: 406,
    words: (f: { version: string }) => `API version ${f.version} is not supported on this server.`,
  },
  not_offered: { status: 501, words: (f: { what: string }) => `${f.what} not supported yet by this server.` },
  // access policies
  // Only the project of the caller's own token is named.
  project_mismatch: {
    status: 403,
    words: (f: { projectId: string }) =>
      `Access was denied to this resource. The path must begin with '/v1.0/${f.projectId}/': the id of the token's project, not its name.`,
  },
  project_missing: {
    status: 403,
    words: (_: None) =>
      'Access was denied to this resource. The token is not for a project; request one for a project.',
  },
  policy_forbids: {
    status: 403,
    words: (f: { policy: string }) => `Policy doesn't allow ${f.policy} to be performed.`,
  },
  admin_required: { status: 401, words: (_: None) => 'User does not have admin privileges.' },
  // datastores and versions
  datastore_not_found: {
    status: 404,
    words: (f: { datastore: string } & Instead) =>
      notFound(`Datastore '${f.datastore}' cannot be found.`, f.datastore, f.alternatives),
    hint: () => '`trove-manage datastore_list` shows the datastores.',
  },
  datastore_not_given: {
    status: 400,
    words: (f: { alternatives: Alternatives }) =>
      `Please specify datastore. No default datastore is defined. ${alternativesWords([], f.alternatives)}`,
  },
  default_datastore_not_found: {
    status: 400,
    words: (f: { datastore: string } & Instead) =>
      notFound(`Please specify datastore. Default datastore '${f.datastore}' cannot be found.`, '', f.alternatives),
  },
  default_version_not_found: {
    status: 400,
    words: (f: { datastore: string } & Instead) =>
      notFound(`Default version for datastore '${f.datastore}' not found.`, '', f.alternatives),
  },
  datastore_has_versions: {
    status: 400,
    words: (f: { datastore: string }) => `Datastore versions exist for datastore ${f.datastore}.`,
  },
  datastore_version_not_found: {
    status: 400,
    words: (f: { version: string } & Instead) =>
      notFound(`Datastore version '${f.version}' cannot be found.`, f.version, f.alternatives),
    hint: () => '`trove-manage datastore_version_list DATASTORE` shows the versions of a datastore.',
  },
  values_collide: {
    status: 409,
    words: (_: None) => 'The database treats two of these values as equal, although they differ.',
    hint: () =>
      'Nothing was changed. Look for values that differ only in case, accents or trailing spaces. To find the value, add them one by one.',
  },
  /** For a version looked up by id below a datastore. Trove shows the sentence of its database layer there. */
  datastore_version_not_below: {
    status: 404,
    words: (f: { version: string } & Instead) => notFound('DBDatastoreVersion Not Found.', f.version, f.alternatives),
  },
  /** The same sentence with 404, for lists of what a version allows, where the version is part of the URL. */
  datastore_version_unknown: {
    status: 404,
    words: (f: { version: string } & Instead) =>
      notFound(`Datastore version '${f.version}' cannot be found.`, f.version, f.alternatives),
  },
  datastore_versions_several: {
    status: 400,
    words: (f: { version: string }) =>
      `Multiple datastore versions found for '${f.version}', use an UUID or specify both the name and version number to be more specific.`,
    hint: () =>
      '`trove-manage datastore_version_list` shows them. Use the id instead of the name, or --version NUMBER if the command has this option.',
  },
  datastore_version_inactive: {
    status: 400,
    words: (f: { name: string }) => `Datastore version '${f.name}' is not active.`,
  },
  datastore_version_exists: {
    status: 400,
    words: (f: { name: string; version: string }) => `The datastore version '${f.name}(${f.version})' already exists.`,
  },
  datastore_version_in_use: { status: 400, words: (f: { by: string }) => `Datastore version is in use by ${f.by}.` },
  text_unusable: {
    status: 400,
    words: (f: { what: string; problem: string }) => `Invalid ${f.what}: it ${f.problem}.`,
  },
  version_column_missing: {
    status: 400,
    words: (f: { column: string }) =>
      `The database belongs to a Trove that is too old: its datastore versions have no ${f.column}.`,
    hint: () => 'Omit this value, or upgrade that Trove.',
  },
  image_not_given: { status: 400, words: (_: None) => 'Image must be specified.' },
  image_not_found: {
    status: 400,
    words: (f: { image: string } & Instead) => notFound(`Image ${f.image} cannot be found.`, f.image, f.alternatives),
  },
  image_tags_not_found: {
    status: 400,
    words: (f: { tags: readonly string[] }) => `Failed to retrieve image with tags: ${f.tags.join(',')}.`,
  },
  // instances
  instance_not_found: {
    status: 404,
    words: (f: { id: string } & Instead) => notFound(`Resource ${f.id} cannot be found.`, f.id, f.alternatives),
  },
  instance_managed_elsewhere: {
    status: 422,
    words: (f: { id: string }) => `Instance ${f.id} is managed by another Trove, not by this server.`,
  },
  instances_created_elsewhere: {
    status: 422,
    words: (_: None) =>
      'Instances are created by another Trove, not by this server. Send the request to the endpoint of that Trove.',
  },
  instance_in_cluster: {
    status: 501,
    words: (_: None) => 'Operation not supported for instances that are part of a cluster.',
  },
  instance_unavailable: {
    status: 422,
    words: (f: { id: string; kind: 'instance' | 'task'; status: string }) =>
      `Instance ${f.id} is not currently available for an action to be performed (${f.kind} status was ${f.status}).`,
  },
  instance_not_ready: {
    status: 422,
    words: (f: { id: string; status: string }) => `Instance ${f.id} is not ready. (Status is ${f.status}).`,
  },
  instance_unchanged: {
    status: 400,
    words: (_: None) => "No change was requested: 'name', 'datastore_version' or both are required.",
  },
  action_unknown: {
    status: 400,
    words: (f: { known: readonly string[] }) =>
      `Unknown or missing action: the body must contain exactly one of ${f.known.join(', ')}.`,
  },
  resize_same_flavor: {
    status: 400,
    words: (f: { flavorId: string }) =>
      `The new flavor id must be different than the current flavor id of '${f.flavorId}'.`,
  },
  upgrade_same_version: {
    status: 400,
    words: (f: { version: string }) => `The instance already has the datastore version '${f.version}'.`,
  },
  upgrade_across_images: {
    status: 501,
    words: (f: { from: string; to: string; image: string }) =>
      `Upgrading from '${f.from}' to '${f.to}' is not supported by this server: '${f.to}' uses another engine or another major version (${f.image}), which cannot read the data of this instance.`,
  },
  one_change_at_a_time: { status: 400, words: (_: None) => "Only one attribute (except 'name') is allowed to update." },
  resize_volume_not_larger: {
    status: 400,
    words: (f: { sizeGb: number }) =>
      `The new volume 'size' must be larger than the current volume size of '${f.sizeGb}'.`,
  },
  local_storage_unsupported: { status: 501, words: (_: None) => 'Local storage support is not enabled.' },
  availability_zone_unknown: {
    status: 400,
    words: (f: { zone: string }) => `The requested availability zone ${f.zone} is not available.`,
  },
  region_unknown: {
    status: 400,
    words: (f: { region: string; ours: string }) =>
      `The requested region ${f.region} is not available. This service creates instances in the region ${f.ours}.`,
  },
  /** `advice`: what to do instead to try the request. */
  dry_run_unknown: {
    status: 400,
    words: (f: { word: string; advice: string }) =>
      `Unknown query parameter '${f.word}'; nothing was changed. ${f.advice}`,
  },
  network_unknown: {
    status: 400,
    words: (_: None) =>
      "No networks are available: every instance listens on this machine only. Omit 'nics', 'is_public' and 'allowed_cidrs'.",
  },
  quota_exceeded: {
    status: 413,
    words: (f: { resources: readonly string[] }) => `Quota exceeded for resources: ${listed(f.resources)}.`,
    data: (f: { resources: readonly string[] }) => ({ exceeded_resources: f.resources }),
  },
  quota_resource_unknown: {
    status: 404,
    words: (f: { resources: readonly string[] }) => `Unknown quota resources ${listed(f.resources)}.`,
  },
  quota_too_small: {
    status: 400,
    words: (f: { resource: string; limit: number }) =>
      `Quota limit '${f.limit}' for '${f.resource}' is too small - must be at least '-1'.`,
  },
  project_forbidden: {
    status: 403,
    words: (f: { project: string }) => `Operation not allowed for tenant ${f.project}.`,
  },
  limit_unusable: {
    status: 400,
    words: (f: { limit: string }) => `Invalid limit '${f.limit}': use a whole number greater than 0.`,
  },
  marker_unusable: {
    status: 400,
    words: (f: { marker: string }) => `Invalid marker '${f.marker}': use the marker from a previous page of this list.`,
  },
  // inside an instance
  database_exists: {
    status: 400,
    words: (f: { name: string }) => `A database with the name "${f.name}" already exists.`,
  },
  database_not_found: {
    status: 404,
    words: (f: { name: string }) => `Database ${f.name} cannot be found on the instance.`,
  },
  user_exists: { status: 400, words: (f: { name: string }) => `A user with the name "${f.name}" already exists.` },
  user_not_found: { status: 404, words: (f: { name: string }) => `User ${f.name} cannot be found on the instance.` },
  contents_unsupported: {
    status: 400,
    words: (f: { manager: string }) =>
      `Databases and users cannot be managed on instances of the manager '${f.manager}': this engine has none. Enable root to get a password for the instance.`,
  },
  database_or_user_unusable: { status: 400, words: (f: { problem: string }) => f.problem },
  initial_database_twice: {
    status: 400,
    words: (_: None) =>
      'Two or more databases share the same name in the initial databases list. Please correct the names or remove the duplicate entries.',
  },
  initial_user_twice: {
    status: 400,
    words: (_: None) =>
      'Two or more users share the same name and host in the initial users list. Please correct the names or remove the duplicate entries.',
  },
  initial_database_missing: {
    status: 400,
    words: (f: { user: string; database: string }) =>
      `The request indicates that user ${f.user} should have access to database ${f.database}, but database ${f.database} is not included in the initial databases list.`,
  },
  flavor_ref_not_given: { status: 400, words: (_: None) => "'flavorRef' is required: specify a flavor." },
  volume_size_not_given: { status: 400, words: (_: None) => 'Volume size was not specified.' },
  volume_too_large: {
    status: 413,
    words: (f: { sizeGb: number; sizeGbMax: number }) =>
      `Volume 'size' cannot exceed maximum of ${f.sizeGbMax} GB, ${f.sizeGb} cannot be accepted.`,
  },
})
