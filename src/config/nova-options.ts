import type { Option } from './option.ts'

/** Where Nova is found, and how old its flavors may be. */
export const novaOptions = {
  novaUrl: {
    section: 'DEFAULT',
    key: 'nova_compute_url',
    kind: 'text',
    fallback: undefined,
    says: 'Where Nova is, without a project at its end; as the catalogue says when not given.',
  },
  novaServiceType: {
    section: 'DEFAULT',
    key: 'nova_compute_service_type',
    kind: 'text',
    fallback: 'compute',
    says: 'Type of service that Nova has in the catalogue.',
  },
  novaEndpointType: {
    section: 'DEFAULT',
    key: 'nova_compute_endpoint_type',
    kind: 'text',
    choices: ['publicURL', 'internalURL', 'adminURL', 'public', 'internal', 'admin'],
    fallback: 'publicURL',
    says: "Which of Nova's endpoints in the catalogue is used.",
  },
  novaVersion: {
    section: 'DEFAULT',
    key: 'nova_client_version',
    kind: 'text',
    fallback: '2.61',
    says: 'Highest microversion to ask of Nova. From 2.61 on the flavors come with their extra specs; below, they are asked for one by one.',
  },
  novaInsecure: {
    section: 'DEFAULT',
    key: 'nova_api_insecure',
    kind: 'flag',
    fallback: 'false',
    says: "Whether Nova's certificate is not checked at all.",
  },
  flavorSource: {
    section: 'trovets',
    key: 'flavors',
    kind: 'text',
    choices: ['nova', 'file'],
    fallback: undefined,
    says: 'Where flavors come from. When not given: nova, if [service_credentials] or [keystone_authtoken] says where Keystone is, else file.',
  },
  flavorRefreshSeconds: {
    section: 'trovets',
    key: 'flavors_refresh_time',
    kind: 'whole number',
    fallback: '10',
    min: 0,
    says: "Age in seconds from which on Nova's flavors are asked for anew, while requests are answered with those that are there.",
  },
  flavorAgeSecondsMax: {
    section: 'trovets',
    key: 'flavors_max_age',
    kind: 'whole number',
    fallback: '60',
    min: 1,
    says: 'Age in seconds above which they are waited for. When Nova does not answer, what needs them to provision is 503.',
  },
  flavorStaleSecondsMax: {
    section: 'trovets',
    key: 'flavors_max_stale_age',
    kind: 'whole number',
    fallback: '3600',
    min: 0,
    says: 'Age in seconds up to which listings go on with them while Nova does not answer; the header Warning says so.',
  },
} as const satisfies Record<string, Option>
