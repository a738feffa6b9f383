import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'

/** 256 random bits, as text for an address's fragment. */
export const newToken = (): string => randomBytes(32).toString('base64url')

const FirstFrame = z.strictObject({ token: z.string().check(z.maxLength(200)) })

/** Whether the first frame of a connection holds the token. Takes the same time for every wrong one. */
export function isAdmitted(frame: string, token: string): boolean {
  const given = readToken(frame)
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given ?? ''), hash(token)) && given !== undefined
}

function readToken(frame: string): string | undefined {
  try {
    return FirstFrame.safeParse(JSON.parse(frame)).data?.token
  } catch {
    return undefined
  }
}
