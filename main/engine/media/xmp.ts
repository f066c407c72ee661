/**
 * Edits an XMP packet as text. The packet is somebody else's document: what Gesso does not own is kept as it
 * stands. Source: ISO 16684-1 (XMP), Adobe's Ultra HDR gain map namespace (hdrgm).
 */
const GESSO_NAMESPACE = 'urn:gesso:1';

/** True where the packet announces a gain map (Ultra HDR); the map itself is lost when pixels are rewritten. */
export function announcesGainMap(xmp: string): boolean {
  return /xmlns:hdrgm=|apdi:AuxiliaryImageType|HDRGainMap/.test(xmp);
}

/** Removes what describes the gain map, and leaves the rest of the packet. */
export function dropGainMapXmp(xmp: string): string {
  return xmp
    .replace(
      /\s(?:xmlns:hdrgm|hdrgm:\w+|xmlns:HDRGainMap|HDRGainMap:\w+|apdi:\w+|xmlns:apdi)\s*=\s*("[^"]*"|'[^']*')/g,
      '',
    )
    .replace(
      /<(hdrgm:\w+|HDRGainMap:\w+|Container:Directory|apdi:\w+)(?:\s[^>]*)?(?:\/>|>[\s\S]*?<\/\1>)/g,
      '',
    );
}

/** Elements and attributes that must go: exif:GPS*, aux:SerialNumber, aux:LensSerialNumber, aux:OwnerName. */
const PRIVATE =
  '(?:exif:GPS\\w+|aux:(?:LensSerialNumber|SerialNumber|OwnerName)|exifEX:(?:BodySerialNumber|LensSerialNumber|CameraOwnerName))';

export function stripPrivateXmp(xmp: string): string {
  return xmp
    .replace(new RegExp(`\\s${PRIVATE}\\s*=\\s*("[^"]*"|'[^']*')`, 'g'), '')
    .replace(new RegExp(`<(${PRIVATE})(?:\\s[^>]*)?(?:/>|>[\\s\\S]*?</\\1>)`, 'g'), '');
}

/** IPTC Photo Metadata 2023.1, "Digital Source Type". */
const IPTC_EXTENSION = 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/';
const SOURCE_TYPES = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

/** Where something comes from, as IPTC's vocabulary names it. */
export function sourceTypeAddress(sourceType: string): string {
  return `${SOURCE_TYPES}${sourceType}`;
}

/** The recipe that `recordRecipe` put into a packet. */
export function recipeIn(xmp: string): string | undefined {
  const found = /<gesso:Recipe>([\s\S]*?)<\/gesso:Recipe>/.exec(xmp)?.[1];
  return found?.replace(/&#(\d+);|&(lt|gt|amp|quot|apos);/g, (all, code: string | undefined, name: string) =>
    code === undefined ? (ENTITIES[name] ?? all) : String.fromCodePoint(Number(code)),
  );
}

/** As other programs write a packet again. */
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * Records the program, the recipe and, of what was made, where it comes from, and resets the orientation that has been applied to the pixels.
 * A packet without an rdf:RDF element, or none at all, is replaced by a fresh one.
 */
export function recordRecipe(
  xmp: string | undefined,
  software: string,
  recipe: string,
  sourceType?: string,
): string {
  const origin =
    sourceType === undefined
      ? ''
      : `<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="${IPTC_EXTENSION}"><Iptc4xmpExt:DigitalSourceType>${sourceTypeAddress(sourceType)}</Iptc4xmpExt:DigitalSourceType></rdf:Description>`;
  const own = `${origin}<rdf:Description rdf:about="" xmlns:gesso="${GESSO_NAMESPACE}"><gesso:Software>${escapeXml(software)}</gesso:Software><gesso:Recipe>${escapeXml(recipe)}</gesso:Recipe></rdf:Description>`;
  const kept = xmp
    ?.replace(/(tiff:Orientation\s*=\s*["'])\d(["'])/g, '$11$2')
    .replace(/(<tiff:Orientation>)\d(<\/tiff:Orientation>)/g, '$11$2')
    .replace(
      new RegExp(`<rdf:Description[^>]*xmlns:gesso="${GESSO_NAMESPACE}"[\\s\\S]*?</rdf:Description>`, 'g'),
      '',
    );
  const at = kept?.lastIndexOf('</rdf:RDF>') ?? -1;
  if (kept && at >= 0) return `${kept.slice(0, at)}${own}${kept.slice(at)}`;
  return `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">${own}</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
