import { ActionButton } from './action-button.tsx'
import { TextInput } from './text-input.tsx'

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'
const length = 20
/** Greater values would make the first letters more likely. */
const fairMax = 256 - (256 % letters.length)

/** A random password of letters and digits that cannot be confused. */
export function randomPassword(): string {
  let text = ''
  while (text.length < length) {
    const [value] = crypto.getRandomValues(new Uint8Array(1))
    if (value! < fairMax) text += letters[value! % letters.length]
  }
  return text
}

type Props = Readonly<{ label: string; value: string; onChange: (value: string) => void }>

/** A field for a new password. It can be read, because the user has to store it somewhere. */
export const NewPassword = ({ label, value, onChange }: Props) => (
  <div className="row field-row">
    <TextInput
      label={label}
      value={value}
      onChange={onChange}
      autoComplete="off"
      autoCorrect="off"
      spellCheck="false"
      help="Store it now. It cannot be shown again."
      isRequired
    />
    <ActionButton look="quiet" onPress={() => onChange(randomPassword())} aria-label={`Generate: ${label}`}>
      Generate
    </ActionButton>
  </div>
)
