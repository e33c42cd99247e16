package dev.gala.interop.adapter;

import dev.gala.interop.peer.Language;
import dev.gala.interop.peer.Peer;

/** The same of River's original client: the answers expected are not only ours. */
class GoAdapterTest extends AdapterContract {
  @Override
  Peer start(String name, String url) {
    return Language.GO.start(name, url);
  }
}
