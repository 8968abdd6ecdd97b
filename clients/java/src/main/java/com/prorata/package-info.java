/**
 * The client of prorata, the billing backend of a communications platform: what the stubs of {@code
 * com.prorata.v1} leave to clients. Begin with {@link com.prorata.ProrataClient}.
 */
package com.prorata;
