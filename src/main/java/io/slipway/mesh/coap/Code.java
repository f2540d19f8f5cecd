package io.slipway.mesh.coap;

/** Message codes (RFC 7252 section 12.1): three bits of class, five of detail. */
final class Code {
    static final int EMPTY = 0;
    static final int GET = 0x01;
    static final int POST = 0x02;
    static final int PUT = 0x03;
    static final int DELETE = 0x04;

    static final int CREATED = 0x41;
    static final int DELETED = 0x42;
    static final int CHANGED = 0x44;
    static final int CONTENT = 0x45;
    static final int CONTINUE = 0x5f;
    static final int BAD_REQUEST = 0x80;
    static final int BAD_OPTION = 0x82;
    static final int NOT_FOUND = 0x84;
    static final int METHOD_NOT_ALLOWED = 0x85;
    static final int NOT_ACCEPTABLE = 0x86;
    static final int REQUEST_ENTITY_INCOMPLETE = 0x88;
    static final int REQUEST_ENTITY_TOO_LARGE = 0x8d;
    static final int SERVICE_UNAVAILABLE = 0xa3;
    static final int PROXYING_NOT_SUPPORTED = 0xa5;

    private static final int CLASS_SHIFT = 5;
    private static final int DETAIL = 0x1f;

    private Code() {
    }

    static boolean isRequest(int code) {
        return code != EMPTY && code >> CLASS_SHIFT == 0;
    }

    static boolean isSuccess(int code) {
        return code >> CLASS_SHIFT == 2;
    }

    /** Classes 1, 6 and 7 are reserved: a message that has one is malformed (RFC 7252 section 12.1). */
    static boolean isReserved(int code) {
        int codeClass = code >> CLASS_SHIFT;
        return codeClass == 1 || codeClass > 5;
    }

    /** As people write it: {@code 2.05}. */
    static String text(int code) {
        int detail = code & DETAIL;
        return (code >> CLASS_SHIFT) + (detail < 10 ? ".0" : ".") + detail;
    }
}
