import { render } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import App from "../frame/App.svelte";

/** The whole window at a query. The fake core must stand before. */
export function open(query = "events") {
  history.replaceState(null, "", `#${query}`);
  render(App);
  return userEvent.setup();
}
