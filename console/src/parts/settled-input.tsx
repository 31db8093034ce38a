import { type ComponentProps, useEffect, useRef, useState } from 'react'
import { TextInput } from './text-input.tsx'

const afterMs = 400

type Props = Omit<ComponentProps<typeof TextInput>, 'value' | 'onChange'> &
  Readonly<{ value: string; onChange: (value: string) => void }>

/** A field that says its value when no more keys follow, for a filter that the API applies. */
export function SettledInput({ value, onChange, ...rest }: Props) {
  const [text, setText] = useState(value)
  // Other filters may change while the keys settle, and must stay.
  const latest = useRef(onChange)
  useEffect(() => {
    latest.current = onChange
  })
  // Back and forward change the value, too.
  useEffect(() => setText(value), [value])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only keys begin the time again
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => latest.current(text.trim()), afterMs)
    return () => clearTimeout(timer)
  }, [text])
  return <TextInput {...rest} value={text} onChange={setText} />
}
