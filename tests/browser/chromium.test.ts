/**
 * The page in Chromium: all that is tried in one browser, one after the other, because two of them at once take most of a
 * small machine from each other.
 *
 * @module
 */
import "./talking.ts";
import "./rooms.ts";
import "./coming_back.ts";
import "./out_of_reach.ts";
import "./long_rooms.ts";
import "./accessibility.ts";
