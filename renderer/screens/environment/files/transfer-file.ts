import { UPLOAD_CHUNK, type Uploaded } from '../../../../shared/file.ts'
import type { ProjectKey } from '../../../../shared/ids.ts'
import { client } from '../../../client/client.ts'

/** A path of a service. */
export interface Place {
  project: ProjectKey
  service?: string
  path: string
}

/** Has the browser save a file. Errors: those of `files.offer`. */
export async function downloadFile(place: Place, signal: AbortSignal): Promise<void> {
  const { address } = await client.files.offer(place, { signal })
  const link = document.createElement('a')
  link.href = address
  link.download = ''
  link.click()
}

/** Writes a file into a folder, piece by piece. `report` is called with the bytes that were sent. Errors: those of the calls. */
export async function uploadFile(
  folder: Place,
  file: File,
  replace: boolean,
  report: (done: number) => void,
  signal: AbortSignal,
): Promise<Uploaded> {
  const { name, size } = file
  const { upload } = await client.files.upload({ ...folder, name, size, replace }, { signal })
  try {
    for (let sent = 0; sent < size; sent += UPLOAD_CHUNK) {
      const piece = await file.slice(sent, sent + UPLOAD_CHUNK).arrayBuffer()
      await client.files.send({ upload, bytes: base64(new Uint8Array(piece)) }, { signal })
      report(Math.min(size, sent + UPLOAD_CHUNK))
    }
    return await client.files.finish({ upload }, { signal })
  } catch (error) {
    await client.files.cancel({ upload }).catch(() => {})
    throw error
  }
}

/** So many bytes become characters in one call: more arguments a function does not take everywhere. */
const PART = 32 * 1024

function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += PART)
    text += String.fromCharCode(...bytes.subarray(at, at + PART))
  return btoa(text)
}
