/** The few parts of yauzl that are used here; the library comes without types. */
declare module 'yauzl' {
  interface ZipReader extends NodeJS.EventEmitter {
    readEntry(): void;
    openReadStream(entry: unknown, give: (error: Error | null, stream: NodeJS.ReadableStream) => void): void;
  }
  function fromBuffer(bytes: Buffer, options: object, give: (error: Error | null, reader: ZipReader) => void): void;
}
