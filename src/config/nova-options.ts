import { interfaces } from './interfaces.ts'
import type { Option } from './option.ts'

/** The connection to Nova, and the maximum age of its flavors. */
export const novaOptions = {
  novaUrl: {
    section: 'DEFAULT',
    key: 'nova_compute_url',
    kind: 'text',
    fallback: undefined,
    says: "URL of Nova, without a project id at the end. Default: the endpoint in Keystone's service catalogue.",
  },
  novaServiceType: {
    section: 'DEFAULT',
    key: 'nova_compute_service_type',
    kind: 'text',
    fallback: 'compute',
    says: "Type of Nova in Keystone's service catalogue.",
  },
  novaEndpointType: {
    section: 'DEFAULT',
    key: 'nova_compute_endpoint_type',
    kind: 'text',
    choices: interfaces,
    fallback: 'publicURL',
    says: "Interface of the Nova endpoint in Keystone's service catalogue.",
  },
  novaVersion: {
    section: 'DEFAULT',
    key: 'nova_client_version',
    kind: 'text',
    fallback: '2.61',
    says: 'Maximum microversion for Nova. From 2.61 on, flavors include their extra specs. Below, one more request is needed for each flavor.',
  },
  novaInsecure: {
    section: 'DEFAULT',
    key: 'nova_api_insecure',
    kind: 'flag',
    fallback: 'false',
    says: "Whether to skip verification of Nova's certificate. Insecure.",
  },
  flavorSource: {
    section: 'trovets',
    key: 'flavors',
    kind: 'text',
    choices: ['nova', 'file'],
    fallback: undefined,
    says: 'Source of flavors. Default: nova if [service_credentials] or [keystone_authtoken] has an auth_url, otherwise file.',
  },
  flavorRefreshSeconds: {
    section: 'trovets',
    key: 'flavors_refresh_time',
    kind: 'whole number',
    fallback: '10',
    min: 0,
    says: 'Age in seconds at which cached flavors are refreshed from Nova. Requests use the cached ones meanwhile. The same applies to volume types of Cinder and images of Glance.',
  },
  flavorAgeSecondsMax: {
    section: 'trovets',
    key: 'flavors_max_age',
    kind: 'whole number',
    fallback: '60',
    min: 1,
    says: 'Age in seconds at which requests wait for fresh flavors, volume types and images. If Nova, Cinder or Glance does not respond, requests that need them to assign a flavor return 503.',
  },
  flavorStaleSecondsMax: {
    section: 'trovets',
    key: 'flavors_max_stale_age',
    kind: 'whole number',
    fallback: '3600',
    min: 0,
    says: 'Age in seconds up to which lists still use cached flavors and volume types if Nova or Cinder does not respond. The Warning header says so.',
  },
} as const satisfies Record<string, Option>
