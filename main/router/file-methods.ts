import type { AppParts } from './app-parts.ts'
import { given, type Implementer } from './implementer.ts'

/** A browser does not send the permissions of a file: the owner may write it, and everybody may read it. */
const MODE = 0o644

/** The methods of `files`. */
export function fileMethods(on: Implementer['files'], app: AppParts) {
  const { engine, folderOf, downloads, uploads } = app
  return {
    list: on.list.handler(async ({ input: { project, ...request }, signal }) =>
      engine.files(await folderOf(project), request, given(signal)),
    ),
    search: on.search.handler(async ({ input: { project, ...request }, signal }) =>
      engine.searchFiles(await folderOf(project), request, given(signal)),
    ),
    read: on.read.handler(async ({ input: { project, ...request }, signal }) =>
      engine.readFile(await folderOf(project), request, given(signal)),
    ),
    offer: on.offer.handler(async ({ input: { project, ...request }, signal }) => ({
      address: downloads.offer(await engine.openDownload(await folderOf(project), request, given(signal))),
    })),
    upload: on.upload.handler(async ({ input: { project, path: folder, ...request }, signal }) => {
      const wanted = { folder, mode: MODE, ...request }
      const upload = await engine.prepareUpload(await folderOf(project), wanted, given(signal))
      return { upload: await uploads.start(upload, request.size) }
    }),
    send: on.send.handler(({ input: { upload, bytes } }) =>
      uploads.send(upload, Buffer.from(bytes, 'base64')),
    ),
    finish: on.finish.handler(({ input: { upload } }) => uploads.finish(upload)),
    cancel: on.cancel.handler(({ input: { upload } }) => uploads.cancel(upload)),
  }
}
