import { Transform } from 'node:stream';

/** Lets so many bytes through and fails at the next: an entry of an archive may be longer than its directory says. */
export function atMost(bytes: number): Transform {
  let left = bytes;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.byteLength;
      if (left < 0) done(new Error('an entry is longer than the archive says'));
      else done(null, chunk);
    },
  });
}
