import { Badge } from './badge.tsx'

type Kind = Parameters<typeof Badge>[0]['kind']

/** How the states of Trove look. Others are shown as they are. */
const kinds: Readonly<Record<string, Kind>> = {
  ACTIVE: 'good',
  HEALTHY: 'good',
  ERROR: 'problem',
  FAILED: 'problem',
  SHUTDOWN: 'off',
  RESTART_REQUIRED: 'warning',
}

type Props = Readonly<{ instance: Readonly<{ status: string; operating_status: string }> }>

/** The state of an instance, in the words of the API. */
export const InstanceStatus = ({ instance: { status, operating_status: operating } }: Props) => (
  <Badge kind={kinds[status] ?? 'busy'}>
    {operating === '' || operating === 'HEALTHY' ? status : `${status}, ${operating}`}
  </Badge>
)

/** True while the service works on an instance, so that its state changes soon. */
export const isBusy = ({ status }: Readonly<{ status: string }>): boolean =>
  kinds[status] === undefined || status === 'SHUTDOWN'
