import { interfaces } from './interfaces.ts'
import type { Option } from './option.ts'

/** What creates instances, and the connections to Glance and Cinder if another Trove does. */
export const glanceAndCinderOptions = {
  computeDriver: {
    section: 'trovets',
    key: 'compute_driver',
    kind: 'text',
    choices: ['local', 'trove'],
    fallback: undefined,
    says: 'What creates instances. `local`: this service, as database servers of the machine of its worker. `trove`: the Trove on the same database; images then come from Glance and volume types from Cinder, and creates are only checked. Default: trove if tokens come from Keystone and flavors from Nova, otherwise local.',
  },
  glanceUrl: {
    section: 'DEFAULT',
    key: 'glance_url',
    kind: 'text',
    fallback: undefined,
    says: "URL of Glance. Default: the endpoint in Keystone's service catalogue.",
  },
  glanceServiceType: {
    section: 'DEFAULT',
    key: 'glance_service_type',
    kind: 'text',
    fallback: 'image',
    says: "Type of Glance in Keystone's service catalogue.",
  },
  glanceEndpointType: {
    section: 'DEFAULT',
    key: 'glance_endpoint_type',
    kind: 'text',
    choices: interfaces,
    fallback: 'publicURL',
    says: "Interface of the Glance endpoint in Keystone's service catalogue.",
  },
  cinderUrl: {
    section: 'DEFAULT',
    key: 'cinder_url',
    kind: 'text',
    fallback: undefined,
    says: "URL of Cinder, without a project id at the end. Default: the endpoint in Keystone's service catalogue.",
  },
  cinderServiceType: {
    section: 'DEFAULT',
    key: 'cinder_service_type',
    kind: 'text',
    fallback: 'volumev3',
    says: "Type of Cinder in Keystone's service catalogue. If it is not there, `volumev3` and `block-storage` are tried. A service catalogue without any of them means a cloud without volume types.",
  },
  cinderEndpointType: {
    section: 'DEFAULT',
    key: 'cinder_endpoint_type',
    kind: 'text',
    choices: interfaces,
    fallback: 'publicURL',
    says: "Interface of the Cinder endpoint in Keystone's service catalogue.",
  },
  cinderInsecure: {
    section: 'DEFAULT',
    key: 'cinder_api_insecure',
    kind: 'flag',
    fallback: 'false',
    says: "Whether to skip verification of Cinder's certificate. Insecure.",
  },
} as const satisfies Record<string, Option>
