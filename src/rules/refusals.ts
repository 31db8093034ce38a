import { refusals } from '../model/refused.ts'

type None = Record<string, never>

/**
 * Every refusal that is not about a flavor or a volume type. Sentences and statuses are Trove's where Trove has the
 * case (trove@4cdc0cd common/exception.py, common/wsgi.py:311), odd as some statuses are: clients match on them.
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
  unsupported_media_type: {
    status: 415,
    words: (f: { mediaType: string }) => `The request media type ${f.mediaType} is not supported by this server.`,
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
  not_offered: {
    status: 501,
    words: (f: { what: string }) => `${f.what} not offered yet by this server.`,
  },
  // who may
  project_mismatch: { status: 403, words: (_: None) => 'Access was denied to this resource.' },
  policy_forbids: {
    status: 403,
    words: (f: { policy: string }) => `Policy doesn't allow ${f.policy} to be performed.`,
  },
  admin_required: { status: 401, words: (_: None) => 'User does not have admin privileges.' },
  // datastores and versions
  datastore_not_found: {
    status: 404,
    words: (f: { datastore: string }) => `Datastore '${f.datastore}' cannot be found.`,
    hint: () => '`trove-manage datastore_list` shows the datastores.',
  },
  datastore_not_given: {
    status: 400,
    words: (_: None) => 'Please specify datastore. No default datastore is defined.',
  },
  default_datastore_not_found: {
    status: 400,
    words: (f: { datastore: string }) =>
      `Please specify datastore. Default datastore '${f.datastore}' cannot be found.`,
  },
  default_version_not_found: {
    status: 400,
    words: (f: { datastore: string }) => `Default version for datastore '${f.datastore}' not found.`,
  },
  datastore_has_versions: {
    status: 400,
    words: (f: { datastore: string }) => `Datastore versions exist for datastore ${f.datastore}.`,
  },
  datastore_version_not_found: {
    status: 400,
    words: (f: { version: string }) => `Datastore version '${f.version}' cannot be found.`,
    hint: () => '`trove-manage datastore_version_list DATASTORE` shows the versions of a datastore.',
  },
  /** Below a datastore, by id: Trove shows its database's own words there. */
  datastore_version_not_below: { status: 404, words: (_: None) => 'DBDatastoreVersion Not Found' },
  datastore_version_flavors_not_found: {
    status: 404,
    words: (f: { version: string }) => `Datastore version '${f.version}' cannot be found.`,
  },
  datastore_versions_several: {
    status: 400,
    words: (f: { version: string }) =>
      `Multiple datastore versions found for '${f.version}', use an UUID or specify both the name and version number to be more specific.`,
    hint: () =>
      '`trove-manage datastore_version_list` shows them: give the id in the place of the name, or --version NUMBER where the command takes it.',
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
  text_unusable: { status: 400, words: (f: { what: string; problem: string }) => `The ${f.what} ${f.problem}.` },
  image_not_given: { status: 400, words: (_: None) => 'Image must be specified.' },
  image_not_found: { status: 400, words: (f: { image: string }) => `Image ${f.image} cannot be found.` },
  image_tags_not_found: {
    status: 400,
    words: (f: { tags: readonly string[] }) => `Failed to retrieve image with tags: ${f.tags.join(',')}.`,
  },
  // instances
  flavor_ref_not_given: { status: 400, words: (_: None) => 'A flavorRef must be given: the id of a flavor.' },
  volume_size_not_given: { status: 400, words: (_: None) => 'Volume size was not specified.' },
  volume_too_large: {
    status: 413,
    words: (f: { sizeGb: number; sizeGbMax: number }) =>
      `Volume 'size' cannot exceed maximum of ${f.sizeGbMax} GB, ${f.sizeGb} cannot be accepted.`,
  },
})
