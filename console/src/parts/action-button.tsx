import { useId } from 'react'
import { Button, type ButtonProps } from 'react-aria-components'

type Props = Omit<ButtonProps, 'className' | 'children' | 'isPending'> &
  Readonly<{
    children: string
    look?: 'primary' | 'plain' | 'danger' | 'quiet'
    /** What the button is doing, while it does it: "Creating …". */
    busy?: string | false | undefined
    /** Why the button cannot be used. It is shown beside it. */
    disabledReason?: string | undefined
  }>

/** A button. A disabled one says why, and a busy one what it does; it is used once until then. */
export function ActionButton({ children, look = 'plain', busy, disabledReason, onPress, type, ...rest }: Props) {
  const reasonId = useId()
  const isOff = disabledReason !== undefined || rest.isDisabled === true
  return (
    <span className="action">
      <Button
        {...rest}
        className={`button ${look}${busy ? ' busy' : ''}`}
        isDisabled={isOff}
        {...(busy ? {} : { type, onPress })}
        {...(disabledReason === undefined ? {} : { 'aria-describedby': reasonId })}
      >
        {busy || children}
      </Button>
      <span className="visually-hidden" role="status">
        {busy}
      </span>
      {disabledReason === undefined ? null : (
        <span className="hint" id={reasonId}>
          {disabledReason}
        </span>
      )}
    </span>
  )
}
