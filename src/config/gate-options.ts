import type { Option } from './option.ts'

/** The gate in front of another Trove: where that is, and what happens while something is away. */
export const gateOptions = {
  troveEndpoint: {
    section: 'trovets',
    key: 'trove_endpoint',
    kind: 'text',
    fallback: undefined,
    says: 'URL of a Trove, such as http://192.0.2.7:8779. If set, trove-api is a gate in front of it: it checks requests that ask for hardware, and passes on everything else unchanged. It must not lead to the gate itself.',
  },
  troveCafile: {
    section: 'trovets',
    key: 'trove_cafile',
    kind: 'text',
    fallback: undefined,
    says: 'File with the certificate authorities for trove_endpoint, in PEM. Default: those of the system.',
  },
  troveInsecure: {
    section: 'trovets',
    key: 'trove_insecure',
    kind: 'flag',
    fallback: 'false',
    says: 'Whether to skip verification of the certificate of trove_endpoint. Insecure.',
  },
  troveConnectTimeoutSeconds: {
    section: 'trovets',
    key: 'trove_connect_timeout',
    kind: 'whole number',
    fallback: '5',
    min: 1,
    says: 'Timeout in seconds for connecting to trove_endpoint.',
  },
  troveTimeoutSeconds: {
    section: 'trovets',
    key: 'trove_timeout',
    kind: 'whole number',
    fallback: '60',
    min: 1,
    says: 'Timeout in seconds for the beginning of a response from trove_endpoint, and for each pause in it.',
  },
  troveConnectionsMax: {
    section: 'trovets',
    key: 'trove_connections',
    kind: 'whole number',
    fallback: '128',
    min: 1,
    says: 'Maximum number of connections of each process to trove_endpoint. Further requests wait.',
  },
  decisionTimeoutSeconds: {
    section: 'trovets',
    key: 'decision_timeout',
    kind: 'whole number',
    fallback: '2',
    min: 1,
    says: 'Timeout in seconds of a decision about a request, at the gate and for `POST /decisions`. Afterwards, when_unavailable applies.',
  },
  whenUnavailable: {
    section: 'trovets',
    key: 'when_unavailable',
    kind: 'list',
    fallback: 'refuse',
    says: 'What happens to a request that asks for hardware but cannot be checked, because a service is unavailable: `refuse` (503) or `admit`. Operations can differ: `refuse, resize:admit`. Other requests always pass.',
  },
  decisionCallers: {
    section: 'trovets',
    key: 'decision_callers',
    kind: 'list',
    fallback: '',
    says: 'Ids of the users that may ask for decisions about the requests of others (`POST /decisions`), such as the user of the filter inside Trove. Rate limits do not apply to them.',
  },
  bypassHeader: {
    section: 'trovets',
    key: 'bypass_header',
    kind: 'text',
    fallback: undefined,
    says: 'Name of a header with which an admin can bypass the flavor policy and the volume types of a datastore version at the gate. Its value is the reason, 1 to 255 characters. It is not passed on to Trove. Also needed for `bypass_reason` of `POST /decisions`. Default: no such header.',
  },
} as const satisfies Record<string, Option>
