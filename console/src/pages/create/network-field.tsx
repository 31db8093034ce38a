import { TextInput } from '../../parts/text-input.tsx'

type Props = Readonly<{ network: string; onChange: (part: Readonly<{ network: string }>) => void }>

/** The network of the instance: an id, because this server has no list of the networks. */
export const NetworkField = ({ network, onChange }: Props) => (
  <TextInput
    label="Id of the network"
    value={network}
    onChange={network => onChange({ network })}
    help="Leave it empty for the network that your cloud chooses. To see your networks: openstack network list"
    autoComplete="off"
    spellCheck="false"
  />
)
