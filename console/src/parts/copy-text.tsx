import { useState } from 'react'
import { Button } from 'react-aria-components'

type Props = Readonly<{
  /** What the text is: "address". */
  name: string
  text: string
}>

/** A text with a button that copies it. */
export function CopyText({ name, text }: Props) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setState('copied'),
      // Browsers allow it only with TLS, or on the machine itself.
      () => setState('failed'),
    )
  return (
    <span className="copy">
      <code>{text}</code>
      <Button className="button quiet" onPress={copy} aria-label={`Copy the ${name}`}>
        Copy
      </Button>
      <span className="hint" role="status">
        {state === 'copied' ? 'Copied' : state === 'failed' ? 'Select the text to copy it.' : ''}
      </span>
    </span>
  )
}
