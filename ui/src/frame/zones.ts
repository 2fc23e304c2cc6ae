/** The time zones to choose from. */
import { localZone } from "../common/time";
import { words } from "../words";

export interface ZoneChoice {
  label: string;
  zone: string;
  /** Whether it is picked by its name, and not as UTC or as the zone of this machine. */
  named: boolean;
}

/** The choices with every word of a text in them: UTC, this machine's zone, recent ones, all. */
export function zonesMatching(text: string, recent: readonly string[]): ZoneChoice[] {
  const parts = searched(text).split(" ");
  const [labels, local] = [words.frame.zones, localZone()];
  const choices = [
    { label: labels.utc, zone: "UTC", named: false },
    ...(local === "UTC" ? [] : [{ label: labels.local(local), zone: local, named: false }]),
    ...[...recent, ...Intl.supportedValuesOf("timeZone"), ...renamed()].map(byName),
  ].filter(({ label }) => parts.every((part) => searched(label).includes(part)));
  // A zone has more names than the one that is listed.
  const typed = zoneOf(text.trim());
  const all = typed === null ? choices : [...choices, byName(typed)];
  return [...new Map(all.map((choice) => [choice.label, choice])).values()];
}

/** Names of today that many engines know and list under an earlier name only. */
function renamed(): string[] {
  const names = [
    "Africa/Asmara",
    "America/Argentina/Buenos_Aires",
    "America/Nuuk",
    "Asia/Ho_Chi_Minh",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Asia/Yangon",
    "Atlantic/Faroe",
    "Europe/Kyiv",
    "Pacific/Chuuk",
    "Pacific/Pohnpei",
  ];
  return names.filter((name) => zoneOf(name) !== null);
}

function byName(zone: string): ZoneChoice {
  return { label: zone, zone, named: zone !== "UTC" };
}

/** The zone that a text is the name of, in any case; null if it is none. */
export function zoneOf(text: string): string | null {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

function searched(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[\s_/]+/g, " ")
    .trim();
}
