import { useEffect, useState } from 'react'

const afterMs = 400

/** A text as it was before the last keys, until no more follow, so that not each of them is asked about. */
export function useSettledInput(text: string | undefined): string | undefined {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), afterMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
