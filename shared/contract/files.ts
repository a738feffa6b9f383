import * as z from 'zod/mini'
import {
  FileContent,
  FileName,
  FolderListing,
  FoundFiles,
  InsidePath,
  NamePart,
  UPLOAD_CHUNK,
  Uploaded,
  UploadId,
} from '../file.ts'
import { method, ofService } from './method.ts'

const ofPath = z.extend(ofService, { path: InsidePath })
const upload = z.strictObject({ upload: UploadId })

/** Files inside a running service. */
export const files = {
  /** What a folder of a running service holds; without a service, of the one that a person works in. */
  list: method.input(ofPath).output(FolderListing),
  /** What has a text in its name, anywhere below a folder of a running service. */
  search: method.input(z.extend(ofPath, { name: NamePart })).output(FoundFiles),
  /** The text of a file, and how it differs from the image's. */
  read: method.input(ofPath).output(FileContent),
  /** Offers a file to the browser, at an address that is good for one request within a minute. */
  offer: method.input(ofPath).output(z.strictObject({ address: z.string() })),
  /** Begins to write a file into a folder. It is there, under its name, when `finish` has returned. */
  upload: method
    .input(
      z.extend(ofPath, {
        name: FileName,
        /** In bytes. */
        size: z.int().check(z.nonnegative()),
        replace: z.boolean(),
      }),
    )
    .output(upload),
  /** Its next bytes, in base64. Returns when they were taken. */
  send: method.input(
    z.extend(upload, {
      bytes: z.string().check(z.maxLength(Math.ceil(UPLOAD_CHUNK / 3) * 4), z.regex(/^[\w+/]*={0,2}$/)),
    }),
  ),
  finish: method.input(upload).output(Uploaded),
  /** Nothing is left of it. */
  cancel: method.input(upload),
}
